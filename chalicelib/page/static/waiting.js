// What waits for an answer, one image after the other, and the images that a person leaves for later.

const PAGE = 50;

export class Waiting {
  constructor(api) {
    Object.assign(this, { api, items: [], later: new Set(), cursor: null });
  }

  async load() {
    const { waiting, next_cursor: cursor } = await this.api.get("reviews/waiting", { limit: PAGE });
    this.later.clear();
    Object.assign(this, { items: waiting, cursor });
  }

  get first() {
    return this.items[0] || null;
  }

  // How many are known to wait, and whether there are more.
  get size() {
    return { count: this.items.length, more: this.cursor !== null };
  }

  async drop() {
    this.items.shift();
    while (!this.items.length && this.cursor) {
      const { waiting, next_cursor: cursor } = await this.api.get("reviews/waiting", { limit: PAGE, cursor: this.cursor });
      this.items = waiting.filter(({ inspection }) => !this.later.has(inspection.inspection_id));
      this.cursor = cursor;
    }
  }

  async skip() {
    const [item] = this.items;
    this.later.add(item.inspection.inspection_id);
    await this.drop();
    this.items.push(item);
  }

  back(item) {
    this.items.unshift(item);
  }
}

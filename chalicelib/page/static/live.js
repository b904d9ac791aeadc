// Live: the newest images of a line, with verdict and where it is.

import { fill, h, prose } from "./dom.js";
import { ago, midnight, time } from "./format.js";
import { hostingLine } from "./hosting.js";
import { Picture, thumbnail, toggleBoxes } from "./picture.js";
import { remember } from "./picture-source.js";
import { go, link, settle } from "./place.js";
import { queueLine } from "./queue.js";
import { repeat } from "./repeat.js";
import { figures, strips } from "./summary.js";
import { badge, word } from "./verdicts.js";
import { beep, wallClock } from "./wall.js";
import { t } from "./words.js";

const MOST = 100;
const FEW = 20;
const POLL = 1000;
const QUEUE = 5000;
const HOSTING = 15000;
const COUNT = 300000;
const DEFECT_STAYS = 30000;
const NEWS = new Set(["anomalous", "unfamiliar"]);

export class Live {
  constructor(context) {
    Object.assign(this, context);
    this.wall = this.place.query.has("wall");
    this.past = this.place.query.has("from");
    this.inspections = null;
    this.counts = null;
    this.chosen = null;
    this.defectAt = 0;
    this.rows = new Map();
    this.parts = Object.fromEntries(
      ["figures", "view", "caption", "strips"].map((name) => [name, h("div", { class: name })]),
    );
    this.hosting = h("div", { class: "hosting" });
    this.queue = h("div", { class: "queue" });
    this.list = h("ol", { class: "inspections", "aria-label": t("newest images") });
    this.said = h("p", { class: "unseen", "aria-live": "polite" });
    const stage = h("section", { class: "stage", "aria-label": t("chosen image") }, this.parts.view, this.parts.caption);
    this.element = h(
      "main",
      { class: `live${this.wall ? " wall" : ""}${this.line ? " loading" : ""}` },
      h("h1", { class: "unseen" }, t("live title", { line: this.line || this.project })),
      h("header", { class: "facts" }, h("div", { class: "now" }, this.hosting, this.queue), this.parts.figures),
      stage,
      h("section", { class: "side" }, this.wall && wallClock(this), this.list),
      this.parts.strips,
      this.said,
    );
  }

  get keys() {
    return [
      ["j", t("key next"), () => this.move(1)],
      ["k", t("key previous"), () => this.move(-1)],
      ["0", t("key newest"), () => this.choose(null)],
      ["Enter", t("key open"), () => this.shown && go(this.project, "inspections", this.shown.inspection_id)],
      ["b", t("key boxes"), toggleBoxes],
      ["h", t("key heat"), () => this.picture && this.picture.toggleHeat()],
      ["w", t("key wall"), () => go(this.project, "live", this.line, this.wall ? {} : { wall: 1 })],
      ["s", t("key sound"), () => beep((this.sound = !this.sound))],
    ];
  }

  // As many of the newest images as a screen shows come first: what else there is to know waits for them.
  async start() {
    if (!this.line) return this.empty(t("no line yet"), t("no line hint", { project: this.project }));
    await this.poll();
    if (this.stopped) return;
    if (!this.settled) repeat(this, POLL, () => this.poll(), this.whole ? POLL : 0);
    repeat(this, HOSTING, async () => fill(this.hosting, await hostingLine(this.api)));
    repeat(this, QUEUE, async () => fill(this.queue, await queueLine(this.api)));
    repeat(this, COUNT, () => this.count());
  }

  // What was asked for of a time that has passed stays as it is.
  get settled() {
    return this.past && this.inspections !== null;
  }

  stop() {
    this.stopped = true;
  }

  async poll() {
    const { query } = this.place;
    const limit = this.past || (this.inspections && (!this.whole || this.behind)) ? MOST : FEW;
    const asked = { line: this.line, limit, image_urls: "true" };
    for (const name of ["from", "to", "verdict", "camera"]) asked[name] = query.get(name);
    const { inspections } = await this.api.get("inspections", asked);
    if (this.stopped) return;
    remember(inspections);
    const first = !this.whole;
    this.whole ||= limit === MOST || inspections.length < limit;
    const known = new Map((this.inspections || []).map((each) => [each.inspection_id, each]));
    const news = inspections.filter((each) => (known.get(each.inspection_id) || {}).revision !== each.revision);
    this.behind = news.length === FEW;
    if (!first && !news.length) return this.age();
    if (!first) this.recount(news, known);
    for (const each of inspections) known.set(each.inspection_id, each);
    this.inspections = [...known.values()].sort((a, b) => (a.captured_at < b.captured_at ? 1 : -1)).slice(0, MOST);
    if (!first) this.tell(news);
    this.draw();
  }

  // The counts of today go on with what is new, until they are asked for again.
  recount(news, known) {
    if (!this.counts) return;
    const today = midnight();
    for (const each of news.filter((found) => new Date(found.captured_at) >= today)) {
      const before = known.get(each.inspection_id);
      if (before) this.counts[before.verdict] -= 1;
      this.counts[each.verdict] += 1;
    }
  }

  tell(news) {
    const bad = news.find((each) => NEWS.has(each.verdict));
    if (!bad) return;
    this.defect = bad;
    this.defectAt = Date.now();
    fill(this.said, t("heard", { verdict: word(bad.verdict), camera: bad.camera }));
    if (this.sound) beep(true);
    this.element.classList.remove("flash");
    requestAnimationFrame(() => this.element.classList.add("flash"));
  }

  async count() {
    const from = this.place.query.get("from") || midnight().toISOString();
    const asked = { from, to: this.place.query.get("to") };
    const path = `projects/${this.project}/lines/${encodeURIComponent(this.line)}/counts`;
    const { counts, complete } = await this.api.get(path, asked);
    this.counts = counts;
    this.complete = complete;
    this.drawFigures();
  }

  get shown() {
    const all = this.inspections || [];
    const stays = this.wall && Date.now() - this.defectAt < DEFECT_STAYS && this.defect;
    return all.find((each) => each.inspection_id === this.chosen) || stays || all[0];
  }

  move(step) {
    if (!this.inspections || !this.inspections.length) return;
    const at = this.inspections.indexOf(this.shown);
    const next = this.inspections[Math.min(Math.max(at + step, 0), this.inspections.length - 1)];
    this.choose(next === this.inspections[0] ? null : next.inspection_id);
  }

  choose(id) {
    this.chosen = id;
    this.draw();
    this.list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  draw() {
    this.element.classList.remove("loading");
    if (!this.inspections.length) {
      return this.past
        ? this.empty(t("nothing then"), t("nothing then hint"))
        : this.empty(t("no image today"), t("no image hint", { line: this.line }));
    }
    this.element.classList.remove("nothing");
    this.drawPicture();
    this.drawList();
    fill(this.parts.strips, strips(this.inspections));
    this.drawFigures();
  }

  drawPicture() {
    const { shown } = this;
    if (!this.picture || this.picture.inspection.inspection_id !== shown.inspection_id) {
      const hot = this.picture && this.picture.kept;
      this.picture = new Picture(this.api, shown);
      if (hot) this.picture.toggleHeat();
      fill(this.parts.view, this.picture.element);
    }
    const following = this.chosen || this.past ? null : h("span", { class: "quiet" }, t("newest"));
    const back = this.chosen ? h("button", { type: "button", onclick: () => this.choose(null) }, t("to newest")) : null;
    fill(
      this.parts.caption,
      badge(shown),
      h("span", {}, shown.camera),
      time(shown.captured_at),
      h("span", { class: "quiet ago", "data-at": shown.captured_at }, ago(shown.captured_at)),
      following,
      back,
      h("a", { href: link(this.project, "inspections", shown.inspection_id) }, t("open card")),
    );
  }

  // Rows that stay are not touched: they keep the focus, and their images are not loaded again.
  drawList() {
    const shown = this.inspections.slice(0, this.wall ? 8 : MOST);
    const rows = new Map(shown.map((each) => [`${each.inspection_id} ${each.revision}`, each]));
    this.rows = new Map([...rows].map(([key, each]) => [key, this.rows.get(key) || this.row(each)]));
    [...this.rows.values()].forEach((row, at) => {
      if (this.list.children[at] !== row) this.list.insertBefore(row, this.list.children[at] || null);
    });
    while (this.list.children.length > this.rows.size) this.list.lastChild.remove();
    this.list.querySelector("[aria-current]")?.removeAttribute("aria-current");
    this.list.children[this.inspections.indexOf(this.shown)]?.firstChild.setAttribute("aria-current", "true");
  }

  row(each) {
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", onclick: () => this.choose(each.inspection_id) },
        time(each.captured_at),
        badge(each),
        h("span", { class: "quiet camera" }, each.camera),
        thumbnail(this.api, each),
      ),
    );
  }

  drawFigures() {
    if (!this.counts || !this.inspections) return;
    fill(this.parts.figures, figures(this.counts, this.complete, this.inspections, this.past));
  }

  age() {
    for (const each of this.element.querySelectorAll(".ago")) fill(each, ago(each.dataset.at));
    if (this.wall) this.drawPicture();
    this.drawFigures();
  }

  empty(title, hint) {
    this.element.classList.add("nothing");
    this.element.classList.remove("loading");
    fill(this.parts.view, h("div", { class: "empty" }, h("h2", {}, title), h("p", {}, prose(hint))));
    fill(this.parts.caption);
    fill(this.list);
    fill(this.parts.strips);
  }
}

export function keepLine(place, line) {
  settle(place, place.project, "live", line, Object.fromEntries(place.query));
}

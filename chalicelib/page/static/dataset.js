// The images of a data set: look through them, add, label and remove, and see what the newest training noticed.

import { AddImages } from "./add-images.js";
import { ask } from "./ask.js";
import { button, fill, h } from "./dom.js";
import { digits, number } from "./format.js";
import { go, link } from "./place.js";
import { ImageTile } from "./image-tile.js";
import { SetPictures } from "./set-pictures.js";
import { t } from "./words.js";

const PAGE = 60;
const SETS = ["train", "test"];
const SHOWN = { all: {}, normal: { label: "normal" }, anomaly: { label: "anomaly" }, unlabelled: { labelled: "false" } };
const REMARKS = ["alike", "doubts"];
const NO_IMAGES = { images: [], matching: 0, counts: { total: 0, normal: 0, anomaly: 0 } };
const NO_REMARKS = { version: null, near_duplicates: [], doubts: [] };

export class Dataset {
  constructor(context) {
    Object.assign(this, context);
    const { argument, query } = this.place;
    this.of = SETS.includes(argument) ? argument : "train";
    this.show = [...Object.keys(SHOWN), ...REMARKS].includes(query.get("show")) ? query.get("show") : "all";
    this.from = Math.max(0, Number.parseInt(query.get("from"), 10) || 0);
    this.path = `projects/${this.project}/datasets/${this.of}`;
    this.pictures = new SetPictures(this.api, this.path, () => this.list());
    this.tiles = [];
    this.head = h("section", {});
    this.grid = h("section", { "aria-live": "off" });
    this.bar = h("div", { class: "selected tools", role: "region", "aria-label": t("selected images"), hidden: true });
    this.said = h("p", { role: "status" });
    this.add = this.mayChange ? new AddImages(this) : null;
    const tabs = SETS.map((each) => h("a", { href: link(this.project, "dataset", each), "aria-current": each === this.of ? "page" : null }, t(`set ${each}`)));
    this.element = h(
      "main",
      { class: "models dataset loading" },
      h("header", { class: "tools" }, h("h1", {}, t("data set")), h("nav", { "aria-label": t("data set") }, tabs), h("a", { href: link(this.project, "models") }, t("all versions"))),
      h("p", { class: "quiet" }, t(`set ${this.of} means`)),
      this.add?.element,
      this.head,
      this.said,
      this.grid,
      this.bar,
    );
  }

  get keys() {
    const label = (key, text, value) => [key, t(text), () => this.chosen.length && this.label(value)];
    return this.mayChange ? [label("n", "make normal", "normal"), label("a", "make anomaly", "anomaly"), ["Escape", t("select none"), () => this.choose(false)]] : [];
  }

  get mayChange() {
    return this.role === "admin";
  }

  get chosen() {
    return this.tiles.filter((each) => each.chosen);
  }

  stop() {
    this.stopped = true;
  }

  async start() {
    await this.refresh();
  }

  // The present page and the remarks.
  async list() {
    const asked = { ...SHOWN[this.show], start: this.from, limit: PAGE };
    const [found, remarks] = await Promise.all([this.api.find(`${this.path}/images`, asked), this.api.find(`${this.path}/remarks`)]);
    const all = [found || NO_IMAGES, remarks || NO_REMARKS];
    const [{ images }, { near_duplicates: groups, doubts }] = all;
    this.pictures.remember([...images, ...groups.flat(), ...doubts]);
    return all;
  }

  // What is shown stays until all is here.
  async refresh() {
    const [found, remarks] = await this.list();
    if (this.stopped) return;
    this.element.classList.remove("loading");
    if (found !== NO_IMAGES && this.from && this.from >= found.matching) return go(this.project, "dataset", this.of, { show: this.show });
    this.draw(found, remarks);
  }

  draw(found, remarks) {
    const { total, normal, anomaly } = found.counts;
    const counts = { all: total, normal, anomaly, unlabelled: total - normal - anomaly, alike: remarks.near_duplicates.length, doubts: remarks.doubts.length };
    const choices = Object.entries(counts).filter(([name, count]) => count || name === "all" || name === this.show);
    const links = choices.map(([name, count]) => h("a", { class: "choice", href: link(this.project, "dataset", this.of, { show: name }), "aria-current": name === this.show ? "true" : null }, t(`show ${name}`), " ", h("b", {}, number(count))));
    fill(this.head, h("p", { class: "tools" }, links));
    this.tiles = [];
    const shown = { alike: () => this.groups(remarks), doubts: () => this.doubts(remarks) }[this.show];
    fill(this.grid, shown ? shown() : this.page(found));
    this.drawBar();
  }

  tile(image, note = null) {
    const tile = new ImageTile(image, this.pictures, { note, choose: this.mayChange ? () => this.drawBar() : null });
    this.tiles.push(tile);
    return tile.element;
  }

  page({ images, matching, counts }) {
    if (!images.length) return h("div", { class: "empty" }, h("h2", {}, t(counts.total ? "none of these" : "no images yet")), h("p", {}, t(counts.total ? "none of these hint" : "no images hint")));
    const list = h("ul", { class: "tiles" }, images.map((each) => this.tile(each)));
    return [list, this.pager(images.length, matching)];
  }

  pager(count, matching) {
    const to = (from, text) => (from < 0 || from >= matching ? h("span", { class: "quiet" }, text) : h("a", { href: link(this.project, "dataset", this.of, { show: this.show, from: from && String(from) }) }, text));
    const range = t("range", { from: number(this.from + 1), to: number(this.from + count), of: number(matching) });
    const before = this.from > 0 && this.from < PAGE ? 0 : this.from - PAGE;
    const ends = matching > PAGE && [to(before, t("earlier page")), to(this.from + PAGE, t("later page"))];
    return h("nav", { class: "pager", "aria-label": t("pages") }, h("span", {}, range), ends);
  }

  groups({ version, near_duplicates: groups }) {
    const rows = groups.map((group) => h("section", { class: "group" }, h("p", { class: "quiet" }, t(isMixed(group) ? "alike mixed" : "alike", { n: number(group.length) })), h("ul", { class: "tiles" }, group.map((each) => this.tile(each)))));
    return [h("p", {}, t("alike means", { version })), rows];
  }

  doubts({ version, doubts }) {
    const tiles = doubts.map((each) => this.tile(each, t("doubt", { p: digits(each.probability, 2) })));
    return [h("p", {}, t("doubts mean", { version })), h("ul", { class: "tiles" }, tiles)];
  }

  choose(on) {
    for (const each of this.tiles) each.choose(on);
    this.drawBar();
  }

  drawBar() {
    const { chosen } = this;
    this.bar.hidden = !chosen.length;
    if (!chosen.length) return;
    this.kind ||= h("input", { id: "new-kind", maxlength: 64, placeholder: t("kind of defect"), "aria-label": t("kind of defect"), autocomplete: "off" });
    fill(
      this.bar,
      h("b", {}, t("selected", { n: number(chosen.length) })),
      button(t("make normal"), () => this.label("normal")),
      button(t("make anomaly"), () => this.label("anomaly")),
      this.kind,
      button(t("remove"), () => this.askRemove()),
      button(t("select all"), () => this.choose(true)),
      button(t("select none"), () => this.choose(false)),
    );
  }

  async label(label) {
    if (this.busy) return;
    this.busy = true;
    const kind = label === "anomaly" ? this.kind.value.trim() : "";
    const said = this.chosen.map(({ image }) => ({ source: image.source, label, ...(kind && { kind }) }));
    try {
      await this.change({ label: said });
    } catch (error) {
      if (error.status === undefined) this.failed(error);
      else fill(this.said, h("span", { class: "error" }, error.message));
    }
    this.busy = false;
  }

  askRemove() {
    const remove = this.chosen.map(({ image }) => image.source);
    const n = number(remove.length);
    ask(t("remove images", { n }), [h("p", {}, t("remove means"))], t("remove"), () => this.change({ remove }));
  }

  async change(changes) {
    const found = await this.api.post(`${this.path}/changes`, changes);
    await this.refresh();
    const parts = [found.labelled && t("were labelled", { n: number(found.labelled) }), found.removed && t("were removed", { n: number(found.removed) }), found.missing.length && t("were missing", { n: number(found.missing.length) })];
    fill(this.said, parts.filter(Boolean).join(" ") || t("nothing changed"));
  }
}

const isMixed = (group) => new Set(group.map((each) => each.label)).size > 1;

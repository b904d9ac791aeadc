// The card of one image, which an alert's link opens: what was found, where, how sure, and the last ones like it.

import { Answer } from "./answer.js";
import { fill, h } from "./dom.js";
import { ago, number, percent, time } from "./format.js";
import { Picture, thumbnail, toggleBoxes } from "./picture.js";
import { linkTo, remember } from "./picture-source.js";
import { go, link, openLater } from "./place.js";
import { insist, pause } from "./repeat.js";
import { Story } from "./story.js";
import { sureness, whyUnsure } from "./sure.js";
import { badge, word } from "./verdicts.js";
import { t } from "./words.js";

const LIKE_IT = 5;
const WAIT = 2000;
const WAITS = 30;
const DAY = 86400000;

export class Card {
  constructor(context) {
    Object.assign(this, context);
    this.id = this.place.argument;
    this.element = h("main", { class: "card loading" }, h("h1", { class: "unseen" }, t("image")));
  }

  get keys() {
    return [
      ["b", t("key boxes"), toggleBoxes],
      ["h", t("key heat"), () => this.picture && this.picture.toggleHeat()],
      ["d", t("it is defective"), () => this.answer && this.answer.give("defect")],
      ["f", t("it is fine"), () => this.answer && this.answer.give("fine")],
      ["s", t("line stopped"), () => this.answer && this.answer.give("stopped")],
      ["u", t("key undo"), () => this.answer && this.answer.undo()],
      ["t", t("story"), () => this.story && this.story.toggle()],
      ["l", t("key line"), () => this.inspection && go(this.project, "live", this.inspection.line)],
    ];
  }

  // A new image has no inspection in its first seconds.
  async start() {
    for (let waited = 0; waited < WAITS && !this.stopped; waited += 1) {
      this.inspection = await this.api.find(`inspections/${encodeURIComponent(this.id)}`);
      if (this.inspection) return this.draw();
      this.note(t("not inspected"), t("not inspected hint"));
      await pause(WAIT);
    }
    if (!this.stopped) this.note(t("no inspection"), t("no inspection hint", { project: this.project }));
  }

  stop() {
    this.stopped = true;
  }

  note(title, hint) {
    this.element.classList.remove("loading");
    fill(this.element, h("div", { class: "empty" }, h("h1", {}, title), h("p", {}, hint), h("p", {}, h("a", { href: link(this.project, "live") }, t("to live")))));
  }

  draw() {
    const { inspection } = this;
    this.element.classList.remove("loading");
    this.picture = new Picture(this.api, inspection);
    const heat = h("button", { type: "button", onclick: () => this.picture.toggleHeat() }, t("heat map"));
    const boxes = h("button", { type: "button", onclick: toggleBoxes }, t("boxes"));
    const whole = h("button", { type: "button", onclick: () => openLater(() => linkTo(this.api, this.inspection, true)) }, t("whole image"));
    this.answer = new Answer(this, inspection, (changed) => (this.inspection = changed));
    this.like = h("section", { class: "like" });
    this.story = new Story(this);
    fill(
      this.element,
      h("section", { class: "stage" }, this.picture.element, h("p", { class: "tools" }, heat, boxes, whole)),
      h(
        "section",
        { class: "about" },
        h("h1", {}, badge(inspection)),
        h("p", { class: "lead" }, t("captured at", inspection), " ", time(inspection.captured_at), h("span", { class: "quiet" }, ` · ${ago(inspection.captured_at)}`)),
        h("p", {}, sureness(inspection), " ", whyUnsure(inspection)),
        inspection.reason && h("p", {}, t("reason", inspection)),
        this.answer.element,
        h("dl", { class: "details" }, details(inspection)),
        this.story.element,
        h("p", {}, h("a", { href: link(this.project, "live", inspection.line) }, t("to the line", inspection))),
      ),
      this.like,
    );
    insist(this, () => this.showLike());
  }

  async showLike() {
    const { line, verdict, captured_at: until, inspection_id: id } = this.inspection;
    const from = new Date(new Date(until) - DAY).toISOString();
    const asked = { line, verdict, from, to: until, limit: LIKE_IT + 1, image_urls: "true" };
    const { inspections } = await this.api.get("inspections", asked);
    remember(inspections);
    const others = inspections.filter((each) => each.inspection_id !== id).slice(0, LIKE_IT);
    const title = h("h2", {}, t(others.length ? "last like it" : "none like it", { verdict: word(verdict), line }));
    const items = others.map((each) =>
      h(
        "li",
        {},
        h(
          "a",
          { href: link(this.project, "inspections", each.inspection_id) },
          thumbnail(this.api, each),
          h("span", {}, time(each.captured_at)),
          h("span", { class: "quiet" }, each.camera),
        ),
      ),
    );
    fill(this.like, title, h("ul", {}, items));
  }
}

function details(inspection) {
  const { width, height, area_fraction: area } = inspection;
  const rows = {
    "d image": h("code", {}, inspection.image_id),
    "d line": inspection.line,
    "d camera": inspection.camera,
    "d facility": inspection.facility,
    "d size": width && `${number(width)} × ${number(height)} px, ${number(Math.round(inspection.size_bytes / 1024))} kB`,
    "d unusual": area === null ? null : percent(area),
    "d model": inspection.model_version && t("version", { version: inspection.model_version }),
    "d inspected": time(inspection.inspected_at),
    "d inspection": h("code", {}, inspection.inspection_id),
    "d trace": h("code", {}, inspection.correlation_id),
  };
  return Object.entries(rows)
    .filter(([, value]) => value)
    .map(([name, value]) => h("div", {}, h("dt", {}, t(name)), h("dd", {}, value)));
}

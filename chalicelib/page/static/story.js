// What happened to one image, from the camera to the lake, as a timeline.

import { fill, h } from "./dom.js";
import { exactTime, lasting } from "./format.js";
import { VERDICTS, word } from "./verdicts.js";
import { t } from "./words.js";

const BAD = ["failed", "rejected"];

export class Story {
  constructor({ api, project, inspection }) {
    Object.assign(this, { api, project, inspection });
    this.list = h("ol", {});
    this.element = h("details", { class: "story", ontoggle: () => this.element.open && this.show() }, h("summary", {}, t("story")), this.list);
  }

  toggle() {
    this.element.open = !this.element.open;
  }

  async show() {
    try {
      const found = await this.api.get(`inspections/${this.inspection.inspection_id}/trace`);
      fill(this.list, steps(found), missing(found));
      this.element.scrollIntoView({ block: "nearest" });
    } catch (error) {
      fill(this.list, h("li", { class: "error" }, error.message));
    }
  }
}

function steps({ steps: found }) {
  let before = null;
  return found.map((step) => {
    const later = before && step.at ? (new Date(step.at) - new Date(before)) / 1000 : null;
    before = step.at || before;
    const words = [said(step), step.reason].filter(Boolean).join(": ");
    const after = later !== null && later > 0 ? h("span", { class: "quiet" }, ` · ${t("after", { time: lasting(later) })}`) : null;
    return h("li", { class: BAD.includes(step.outcome) ? "bad" : null }, step.at ? exactTime(step.at) : h("span", {}), h("span", {}, words, after));
  });
}

function said({ name, outcome, by }) {
  if (name === "alerted") return t(`step alerted ${outcome}`);
  const words = outcome === "line_stopped" ? t("line stopped") : VERDICTS.includes(outcome) ? word(outcome) : outcome;
  return t(`step ${name}`, { outcome: words, by });
}

// What did not happen, or not yet.
function missing({ steps: found, revision }) {
  const names = found.map((each) => each.name);
  const archived = found.find((each) => each.name === "archived");
  const texts = [
    !names.includes("alerted") && t("no alert"),
    !names.includes("reviewed") && t("no answer yet"),
    !archived && t("not archived"),
    archived && archived.revision < revision && t("archived before"),
  ];
  return texts.filter(Boolean).map((each) => h("li", { class: "open" }, h("span", {}), h("span", {}, each)));
}

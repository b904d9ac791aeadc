// The images whose verdict flips: one version stops the part, and the other one passes it.

import { button, fill, h } from "./dom.js";
import { number } from "./format.js";
import { OF_LIST, sourceOf } from "./picture-source.js";
import { link } from "./place.js";
import { tilePicture } from "./tile-picture.js";
import { mark, word } from "./verdicts.js";
import { t } from "./words.js";

const PAGE = 24;
const STOPPED = ["anomalous", "unfamiliar"];
const SHOWN = {
  "flips all": () => true,
  "flips stopped": (each) => STOPPED.includes(each.candidate),
  "flips passed": (each) => !STOPPED.includes(each.candidate),
};

export class Flips {
  constructor({ api, project }, { candidate, hosted, outcome }) {
    Object.assign(this, { api, project, candidate, hosted, flips: outcome.flips });
    this.chosen = "flips all";
    this.shown = PAGE;
    this.list = h("ul", { class: "tiles" });
    this.more = button(t("show more"), () => this.draw(this.chosen, this.shown + PAGE));
    this.choices = Object.keys(SHOWN).map((each) => button("", () => this.draw(each, PAGE), { "data-choice": each }));
    const none = h("p", { class: "quiet" }, t("no flips"));
    this.element = h("div", { class: "flips" }, h("h2", {}, t("the flips")), this.flips.length ? [h("p", { class: "tools" }, this.choices), this.list, this.more] : none);
    this.draw(this.chosen, PAGE);
  }

  draw(chosen, shown) {
    Object.assign(this, { chosen, shown });
    for (const each of this.choices) {
      const name = each.dataset.choice;
      each.setAttribute("aria-pressed", name === chosen);
      fill(each, t(name, { n: number(this.flips.filter(SHOWN[name]).length) }));
    }
    const found = this.flips.filter(SHOWN[chosen]);
    fill(this.list, found.slice(0, shown).map((each) => this.tile(each)));
    this.more.hidden = found.length <= shown;
  }

  tile(flip) {
    const says = (version, verdict) => h("span", { class: "says" }, t("version", { version }), " ", h("span", { class: verdict }, mark(verdict), " ", word(verdict)));
    return h(
      "li",
      {},
      h(
        "a",
        { href: link(this.project, "inspections", flip.inspection_id) },
        tilePicture(async () => ({ url: await sourceOf(this.api, flip, OF_LIST), otherwise: "image gone" })),
        says(this.candidate, flip.candidate),
        says(this.hosted, flip.hosted),
        h("span", { class: flip.label ? "right" : "quiet" }, this.right(flip)),
      ),
    );
  }

  // Who is right, if a person has said what the part is.
  right({ label, candidate }) {
    if (!label) return t("not reviewed");
    const version = STOPPED.includes(candidate) === (label === "anomalous") ? this.candidate : this.hosted;
    return t("reviewed as", { label: word(label), version });
  }
}

// What the random sample asks for and says so far, who answered last, and how people agree.

import { button, fill, h } from "./dom.js";
import { digits, number, time } from "./format.js";
import { thumbnail } from "./picture.js";
import { link } from "./place.js";
import { mark, word } from "./verdicts.js";
import { t } from "./words.js";

const OF = 10000;
const LATELY = 8;
const MOST_PARTS = 50;

function says({ reviewed, escapes, at_most: most }, empty = "sample empty") {
  if (!reviewed) return t(empty);
  const values = { n: number(Math.ceil(most * OF)), of: number(OF), escapes: number(escapes), reviewed: number(reviewed) };
  return t(escapes === 1 ? "sample says one" : "sample says", values);
}

export class Sample {
  constructor({ api, project, role }) {
    Object.assign(this, { api, project, role });
    this.element = h("section", { class: "sample", "aria-label": t("sample title") });
  }

  async load() {
    const path = `projects/${this.project}/reviews`;
    const [plan, escapes, agreement, last] = await Promise.all([
      this.api.get(`${path}/plan`),
      this.api.get(`${path}/escapes`),
      this.api.get(`${path}/agreement`),
      this.api.get("reviews", { limit: LATELY }),
    ]);
    fill(
      this.element,
      h("div", {}, h("h2", {}, t("sample title")), h("p", { class: "lead" }, says(escapes)), this.inUse(escapes), this.versions(escapes.versions), this.setting(plan)),
      h("div", {}, h("h2", {}, t("sample shifts")), this.shifts(plan)),
      h("div", {}, h("h2", {}, t("answered lately")), this.lately(last.reviews), this.agreement(agreement.pairs)),
    );
  }

  // What the version in use shows, unless it passed all of the parts: then the sum says it.
  inUse({ reviewed, in_use: found }) {
    if (!found) return null;
    const more = found.reviewed < reviewed && [": ", says(found, "sample of version empty")];
    return h("p", {}, t("in use since", { version: found.model_version }), " ", time(found.since), more || ".");
  }

  versions(versions) {
    if (versions.length < 2) return null;
    return h("ul", {}, versions.map((each) => h("li", { class: "quiet" }, t("version", { version: each.model_version }), ": ", says(each))));
  }

  shifts({ on, shifts }) {
    if (!on) return h("p", { class: "quiet" }, t("sample off"));
    const asked = shifts.filter((each) => each.asked);
    if (!asked.length) return h("p", { class: "quiet" }, t("sample no shift"));
    const rows = asked.map((each) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, each.title, each.title && " · ", time(each.start)),
        h("td", { class: "figure" }, t("looked at of", { looked: number(each.looked_at), asked: number(each.asked) })),
        h("td", { class: "figure" }, t(each.escapes === 1 ? "one escape" : "escapes", { n: number(each.escapes) })),
      ),
    );
    return h("table", {}, h("tbody", {}, rows));
  }

  setting(plan) {
    const text = [plan.on ? t("sample asks", { n: number(plan.parts) }) : t("sample off"), t(plan.two_people ? "two people" : "one person")].join(" ");
    if (this.role !== "admin") return h("p", { class: "quiet" }, text);
    const on = h("input", { type: "checkbox", id: "sample-on", checked: plan.on });
    const parts = h("input", { type: "number", id: "sample-parts", min: 1, max: MOST_PARTS, value: plan.parts });
    const two = h("input", { type: "checkbox", id: "sample-two", checked: plan.two_people });
    const said = h("p", { role: "status" });
    const save = button(t("save"), () => this.save({ on: on.checked, parts: Number(parts.value), two_people: two.checked }, said));
    const fields = [
      h("p", {}, on, h("label", { for: "sample-on" }, t("set sample"))),
      h("p", {}, parts, h("label", { for: "sample-parts" }, t("set parts"))),
      h("p", {}, two, h("label", { for: "sample-two" }, t("set two people"))),
    ];
    return h("details", {}, h("summary", {}, text), fields, save, said);
  }

  async save(changed, said) {
    try {
      await this.api.put(`projects/${this.project}/reviews/plan`, changed);
      await this.load();
    } catch (error) {
      fill(said, h("span", { class: "error" }, error.message));
    }
  }

  lately(reviews) {
    if (!reviews.length) return h("p", { class: "quiet" }, t("nobody answered"));
    const items = reviews.map((each) =>
      h(
        "li",
        {},
        h(
          "a",
          { href: link(this.project, "inspections", each.inspection_id) },
          thumbnail(this.api, each),
          h("span", {}, mark(each.verdict), " ", word(each.verdict), each.kind && ` · ${each.kind}`),
          h("span", { class: "quiet" }, each.reviewed_by, " · ", time(each.reviewed_at)),
        ),
      ),
    );
    return h("ul", { class: "lately" }, items);
  }

  agreement(pairs) {
    const lines = pairs.map(({ people, both, same, kappa }) => {
      const values = { people: people.join(", "), both: number(both), same: number(same), kappa: kappa === null ? "" : digits(kappa, 2) };
      return h("li", {}, t(kappa === null ? "no kappa" : "kappa", values));
    });
    return lines.length > 0 && [h("h3", {}, t("agreement")), h("ul", {}, lines)];
  }
}

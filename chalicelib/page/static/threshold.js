// The threshold of a version: what moving it does to escapes, false rejects and money.

import { askThreshold } from "./ask-threshold.js";
import { button, fill, h } from "./dom.js";
import { digits, number, percent } from "./format.js";
import { link, settle } from "./place.js";
import { insist } from "./repeat.js";
import { tradeOff } from "./trade-off.js";
import { versionsOf } from "./versions.js";
import { t } from "./words.js";

const WAIT = 400;
const PRICES = { escape_cost: 1, reject_cost: 1, defect_share: 0.01 };

export class Threshold {
  constructor(context) {
    Object.assign(this, context);
    this.keys = [];
    this.version = this.place.argument;
    this.inputs = Object.fromEntries(Object.keys(PRICES).map((name) => [name, this.input(name)]));
    this.slider = h("input", { id: "slider", type: "range", min: 0, step: 1, oninput: () => this.draw() });
    this.said = h("p", { role: "status" });
    this.head = h("header", { class: "tools" }, h("h1", {}, t("threshold of", { version: this.version })), h("a", { href: link(this.project, "models") }, t("all versions")));
    this.body = h("section", { class: "threshold" });
    const labels = Object.entries(this.inputs).map(([name, input]) => h("label", { for: input.id }, t(name), input));
    this.form = h("form", { class: "prices", onsubmit: (event) => event.preventDefault() }, labels);
    this.element = h("main", { class: "models loading" }, this.head, h("p", { class: "quiet" }, t("threshold means")), this.form, this.said, this.body);
  }

  // Prices are part of the address, so that a link shows another person the same.
  input(name) {
    const share = name === "defect_share";
    const given = Number.parseFloat(this.place.query.get(name));
    const value = Number.isFinite(given) ? given : PRICES[name];
    return h("input", { id: name, type: "number", min: 0, max: share ? 100 : 1e9, step: "any", required: true, value: share ? 100 * value : value, oninput: () => this.priced() });
  }

  get prices() {
    const { escape_cost: escape, reject_cost: reject, defect_share: share } = this.inputs;
    return { escape_cost: String(escape.valueAsNumber), reject_cost: String(reject.valueAsNumber), defect_share: String(share.valueAsNumber / 100) };
  }

  async start() {
    await this.refresh();
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  priced() {
    clearTimeout(this.timer);
    if (!this.form.checkValidity()) return;
    this.timer = setTimeout(() => this.again(), WAIT);
  }

  again() {
    settle(this.place, this.project, "threshold", this.version, this.prices);
    return insist(this, () => this.refresh());
  }

  async refresh() {
    const mine = (this.asked = (this.asked || 0) + 1);
    const path = `projects/${this.project}/models/${encodeURIComponent(this.version)}/threshold`;
    const [found, versions] = await Promise.all([this.look(path), versionsOf(this.api)]);
    if (this.stopped || mine !== this.asked) return;
    this.element.classList.remove("loading");
    this.versions = versions || [];
    if (found) this.show(found);
  }

  // What cannot be shown is said in the words of the API.
  async look(path) {
    try {
      const found = await this.api.get(path, this.prices);
      fill(this.said);
      return found;
    } catch (error) {
      if (![400, 404, 409].includes(error.status)) throw error;
      fill(this.said, h("span", { class: "error" }, error.message));
      return null;
    }
  }

  show(found) {
    const before = this.chosen?.threshold;
    this.found = found;
    if (!found.best) return fill(this.body, h("p", { class: "warning" }, t("one kind only")));
    // The present threshold is a place of the slider, even if another one beats it.
    this.steps = [...found.steps.filter((each) => each.threshold !== found.now.threshold), found.now].toSorted((a, b) => a.threshold - b.threshold);
    this.slider.max = this.steps.length - 1;
    const at = this.steps.findIndex((each) => each.threshold === (before ?? found.now.threshold));
    this.slider.value = at < 0 ? this.steps.indexOf(found.now) : at;
    this.chart = tradeOff(this.steps, found);
    this.table = h("div", {});
    fill(
      this.body,
      h("p", { class: "lead" }, this.advice()),
      h("label", { for: "slider" }, t("threshold")),
      h("div", { class: "tools slide" }, h("span", { class: "quiet", "aria-hidden": "true" }, t("fewer escapes")), this.slider, h("span", { class: "quiet", "aria-hidden": "true" }, t("fewer rejects"))),
      h("div", { class: "beside" }, this.chart.element, this.table),
      h("p", { class: "quiet" }, t("threshold source", { normals: number(found.now.false_rejects.of), anomalies: number(found.now.escapes.of) })),
    );
    this.draw();
  }

  get chosen() {
    return this.steps?.[this.slider.valueAsNumber];
  }

  advice() {
    const { best, now } = this.found;
    const { step, thresholds, saving, savings } = best;
    if (step.threshold === now.threshold) return t("threshold is best", { low: digits(thresholds.low, 3), high: digits(thresholds.high, 3) });
    const values = { at: digits(step.threshold, 3), low: digits(thresholds.low, 3), high: digits(thresholds.high, 3), saving: money(saving), least: money(savings.low), most: money(savings.high) };
    return `${t("best threshold", values)} ${savings.low > 0 ? "" : t("saving unsure")}`;
  }

  draw() {
    const { chosen, found } = this;
    if (!chosen) return;
    this.slider.setAttribute("aria-valuetext", t("slider says", { at: digits(chosen.threshold, 3), escapes: number(chosen.escapes.count), rejects: number(chosen.false_rejects.count), cost: money(chosen.expected.cost) }));
    this.chart.move(chosen);
    const columns = [["t now", found.now], ["t chosen", chosen], ["t best", found.best.step]];
    const head = columns.map(([name]) => h("th", { scope: "col" }, t(name)));
    const rows = Object.entries(CELLS).map(([name, cell]) => h("tr", {}, h("th", { scope: "row" }, t(name)), columns.map(([, step]) => h("td", { class: "figure" }, cell(step)))));
    const actions = this.actions(chosen);
    fill(this.table, h("table", { class: "figures-table" }, h("thead", {}, h("tr", {}, h("td", {}), head)), h("tbody", {}, rows)), actions);
  }

  actions(chosen) {
    const { now, best } = this.found;
    const toBest = chosen.threshold !== best.step.threshold && button(t("to best"), () => this.jump(best.step));
    if (this.role !== "admin") return h("p", { class: "tools" }, toBest, h("span", { class: "quiet" }, t("only administrators", { role: this.role })));
    const use = chosen.threshold !== now.threshold && button(t("use threshold"), () => askThreshold(this, chosen), { class: "main" });
    return h("p", { class: "tools" }, use, toBest);
  }

  jump({ threshold }) {
    const at = this.steps.findIndex((each) => each.threshold === threshold);
    this.slider.value = at < 0 ? this.slider.value : at;
    this.draw();
    this.slider.focus();
  }
}

const money = (value) => digits(value, 2);
const mistakes = ({ count, of, upper }) => [h("b", {}, t("count of", { count: number(count), of: number(of) })), " ", h("span", { class: "quiet" }, t("at most", { upper: percent(upper) }))];

const CELLS = {
  "threshold": (step) => digits(step.threshold, 3),
  "t escapes": (step) => mistakes(step.escapes),
  "t rejects": (step) => mistakes(step.false_rejects),
  "t escaped": (step) => digits(step.expected.escaped, 2),
  "t rejected": (step) => digits(step.expected.rejected, 1),
  "t cost": (step) => h("b", {}, money(step.expected.cost)),
};

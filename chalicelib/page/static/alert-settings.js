// When the lines of the project alert: a rule for those with their own, and one for all others.

import { ask } from "./ask.js";
import { button, fill, h, named, prose } from "./dom.js";
import { digits, lasting, time } from "./format.js";
import { t } from "./words.js";

const PARTS = ["unfamiliar", "rejected", "failed"];
const LOCAL = "local";

// The command that changes a setting of the stage. There is none for a local stack, whose stage has this name.
export function deploying(text, stage) {
  return stage !== LOCAL && h("p", { class: "quiet" }, prose(t(text, { stage })));
}

export class AlertSettings {
  constructor({ api, project, role }) {
    Object.assign(this, { api, path: `projects/${project}/alert-settings`, mayChange: role === "admin" });
    this.rules = h("div", {});
    this.about = h("div", {});
    const add = this.mayChange && button(t("a add"), () => this.askNew());
    const title = h("header", { class: "titled" }, h("h2", {}, t("alerts")), add);
    this.element = h("section", { class: "alert-settings" }, title, h("p", { class: "quiet" }, t("a always")), this.rules, this.about);
  }

  // What a deployment alone can change.
  describe({ stage, alerts: { mail } }) {
    const changed = this.mayChange && [h("p", { class: "quiet" }, t("a limit")), deploying("change limit", stage)];
    fill(this.about, named([[t("mails"), t(`mail ${mail}`)]]), changed);
  }

  async refresh() {
    this.show(await this.api.get(this.path));
  }

  show(found) {
    this.found = found;
    const head = ["a line", "a confidence", "a window", "a silent"].map((each) => h("th", { scope: "col" }, t(each)));
    const rows = [...Object.entries(found.lines).map(([line, rule]) => this.row(line, rule)), this.row("", found.others)];
    const set = found.set_at && [t(found.of_stage ? "a reset by" : "a set by", { who: found.set_by }), ", ", time(found.set_at)];
    const reset = this.mayChange && !found.of_stage && button(t("a reset"), () => this.askReset());
    fill(this.rules, h("table", { class: "listed" }, h("thead", {}, h("tr", {}, head, h("td", {}))), h("tbody", {}, rows)), h("p", { class: "quiet" }, set || t("a of stage")), reset);
  }

  row(line, rule) {
    const name = line || t("a others");
    const cell = (text, content) => h("td", { "data-name": t(text) }, content);
    const change = button(t("a change"), () => this.askChange(line, rule), { "aria-label": t("a change of", { line: name }) });
    const remove = line && button(t("a remove"), () => this.askRemove(line), { "aria-label": t("a remove of", { line }) });
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, name),
      cell("a confidence", digits(rule.confidence, 2)),
      cell("a window", lasting(rule.window_seconds)),
      cell("a silent", rule.silent.map((each) => t(`a silent ${each}`)).join(", ") || t("a nothing")),
      h("td", { class: "actions" }, this.mayChange && [change, remove]),
    );
  }

  askNew() {
    const line = h("input", { id: "rule-line", required: true, maxlength: 64, pattern: "[A-Za-z0-9._\\-]+", autocomplete: "off" });
    const name = [h("label", { for: line.id }, t("a line")), line];
    this.askRule(t("a add"), name, this.found.others, (rule) => this.put({ lines: { ...this.found.lines, [line.value]: rule } }));
  }

  askChange(line, rule) {
    const put = (changed) => this.put(line ? { lines: { ...this.found.lines, [line]: changed } } : { others: changed });
    this.askRule(t("a change of", { line: line || t("a others") }), [], rule, put);
  }

  askRule(title, name, rule, put) {
    const largest = this.found.largest_confidence;
    const confidence = h("input", { id: "rule-confidence", type: "number", min: 0, max: largest, step: "any", required: true, value: rule.confidence });
    const minutes = h("input", { id: "rule-minutes", type: "number", min: 1 / 60, max: 1440, step: "any", required: true, value: rule.window_seconds / 60 });
    const boxes = PARTS.map((each) => h("input", { type: "checkbox", value: each, checked: !rule.silent.includes(each) }));
    const parts = h("fieldset", {}, h("legend", {}, t("a parts")), boxes.map((box) => h("label", { class: "box-label" }, box, " ", t(`a silent ${box.value}`))));
    const fields = [[confidence, t("a confidence at most", { largest })], [minutes, t("a minutes")]].map(([field, text]) => [h("label", { for: field.id }, text), field]);
    const silent = () => boxes.filter((box) => !box.checked).map((box) => box.value);
    ask(title, [name, fields, parts], t("a save"), () => put({ confidence: confidence.valueAsNumber, window_seconds: Math.round(60 * minutes.valueAsNumber), silent: silent() }));
  }

  askRemove(line) {
    const others = () => Object.fromEntries(Object.entries(this.found.lines).filter(([each]) => each !== line));
    ask(t("a remove of", { line }), h("p", {}, t("a remove means")), t("a remove"), () => this.put({ lines: others() }));
  }

  askReset() {
    const reset = () => this.api.remove(this.path, { revision: this.found.revision });
    ask(t("a reset of"), h("p", {}, t("a reset means")), t("a reset"), () => this.stored(reset));
  }

  put(changed) {
    const { revision, others, lines } = this.found;
    return this.stored(() => this.api.put(this.path, { revision, others, lines, ...changed }));
  }

  // What somebody else has changed meanwhile is shown behind the question, and the next try changes that.
  async stored(change) {
    try {
      this.show(await change());
    } catch (error) {
      if (error.status === 409) await this.refresh();
      throw error;
    }
  }
}

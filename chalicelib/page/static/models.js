// Models: is it running, when, what does it cost, and how good is each version?

import { IDLE_HOUR_USD, MILLION_IMAGES_USD, WORKERS_OF_A_UNIT } from "./costs.js";
import { ask } from "./ask.js";
import { button, fill, h, prose } from "./dom.js";
import { digits, number, percent, time } from "./format.js";
import { describedModel, modelsOf, PREFIX, state, STATES } from "./hosting.js";
import { link } from "./place.js";
import { t } from "./words.js";
import { weekView } from "./week.js";

const POLL = 4000;
const CHANGES = ["operator", "admin"];
const STARTS = ["TRAINED", "HOSTING_FAILED"];
const STOPS = ["HOSTED", "STARTING_HOSTING"];

export class Models {
  constructor(context) {
    Object.assign(this, context);
    this.card = h("section", { class: "project" });
    this.versions = h("section", { class: "versions" });
    this.week = h("div", {});
    this.element = h("main", { class: "models loading" }, h("h1", {}, this.project), this.card, this.week, this.versions);
  }

  get keys() {
    return [];
  }

  async start() {
    await Promise.all([this.refresh(), this.showWeek()]);
    this.timer = setInterval(() => this.again(), POLL);
  }

  async again() {
    if (document.hidden) return;
    try {
      await this.refresh();
      this.online();
    } catch (error) {
      this.failed(error);
    }
  }

  stop() {
    this.stopped = true;
    clearInterval(this.timer);
  }

  async refresh() {
    const models = await modelsOf(this.api);
    const described = await Promise.all((models || []).map((each) => describedModel(this.api, each.ModelVersion)));
    if (this.stopped || JSON.stringify(described) === this.drawn) return;
    this.drawn = JSON.stringify(described);
    this.element.classList.remove("loading");
    if (!described.length) return this.nothing(models === null);
    this.drawCard(described);
    this.drawVersions(described);
  }

  nothing(isNew) {
    fill(this.card, h("div", { class: "empty" }, h("h2", {}, t(isNew ? "no project" : "no model yet")), h("p", {}, prose(t("no model hint", { project: this.project })))));
    fill(this.versions);
  }

  drawCard(models) {
    const running = models.filter((each) => STOPS.includes(each.Status));
    const lines = running.map((each) => {
      const units = each.MaxInferenceUnits || each.MinInferenceUnits || 1;
      const words = t("version in state", { version: each.ModelVersion, state: t(STATES[each.Status]) });
      return h("p", { class: "lead" }, state(each.Status, `${words} · ${t(units === 1 ? "one unit" : "units", { n: units })}`));
    });
    const cost = running.length ? t("costs now", prices()) : t("costs nothing");
    fill(this.card, lines.length ? lines : h("p", { class: "lead" }, state("TRAINED", t("model stopped"))), h("p", { class: "quiet" }, cost));
  }

  drawVersions(models) {
    const head = ["v version", "v state", "v finds", "v right", "v made"].map((each) => h("th", { scope: "col" }, t(each)));
    head.push(h("td", {}));
    const rows = models.map((each) => this.row(each));
    const refused = CHANGES.includes(this.role) ? null : h("p", { class: "quiet" }, t("only operators", { role: this.role }));
    fill(this.versions, h("h2", {}, t("versions")), refused, h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows)));
  }

  row(model) {
    const { Performance: found, ModelVersion: version, Status: status } = model;
    const cell = (name, ...content) => h("td", { "data-name": t(name) }, content);
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, t("version", { version }), model.Description && h("span", { class: "quiet" }, ` ${model.Description}`)),
      cell("v state", state(status), model.StatusMessage && h("span", { class: "quiet" }, ` ${model.StatusMessage}`)),
      h("td", { class: "figure", "data-name": t("v finds") }, found ? percent(found.Recall) : "–"),
      h("td", { class: "figure", "data-name": t("v right") }, found ? percent(found.Precision) : "–"),
      cell("v made", time(new Date(model.CreationTimestamp * 1000).toISOString())),
      h("td", { class: "actions" }, this.actions(model)),
    );
  }

  actions(model) {
    const { ModelVersion: version, Status: status } = model;
    const buttons = [];
    if (CHANGES.includes(this.role)) {
      if (STARTS.includes(status)) buttons.push(button(t("start"), () => this.askStart(version), { class: "main" }));
      if (STOPS.includes(status)) buttons.push(button(t("stop"), () => this.askStop(version)));
    }
    if (model.EvaluationResult) buttons.push(h("a", { href: link(this.project, "models", version) }, t("report")));
    return buttons;
  }

  askStart(version) {
    const units = h("input", { id: "units", type: "number", min: 1, max: 500, value: 1, required: true });
    const says = h("p", { class: "quiet" });
    const tell = () => fill(says, t("start costs", { workers: number(WORKERS_OF_A_UNIT * Math.max(1, units.valueAsNumber || 1)), ...prices() }));
    units.addEventListener("input", tell);
    tell();
    ask(
      t("start version", { version }),
      [h("label", { for: "units" }, t("inference units")), units, says],
      t("start"),
      () => this.change(version, "start", { MinInferenceUnits: units.valueAsNumber }),
    );
  }

  askStop(version) {
    ask(t("stop version", { version }), [h("p", {}, t("stop means"))], t("stop"), () => this.change(version, "stop", {}));
  }

  async change(version, call, body) {
    await this.api.post(`${PREFIX}/${this.project}/models/${version}/${call}`, body);
    await this.refresh();
  }

  async showWeek() {
    const week = await this.api.find(`projects/${this.project}/shifts`);
    fill(this.week, week ? weekView(week) : h("p", { class: "quiet" }, prose(t("no calendar", { project: this.project }))));
  }
}

function prices() {
  return { hour: digits(IDLE_HOUR_USD, 4), million: digits(MILLION_IMAGES_USD, 2) };
}

// The training report of a version, which is a page of its own and may run no script here.
export class Report {
  constructor(context) {
    Object.assign(this, context);
    this.keys = [];
    const back = h("a", { href: link(this.project, "models") }, t("all versions"));
    this.title = t("report of", { version: this.place.argument });
    this.element = h("main", { class: "report loading" }, h("header", {}, h("h1", {}, this.title), back));
  }

  async start() {
    const path = `projects/${this.project}/models/${encodeURIComponent(this.place.argument)}/report`;
    const found = await this.api.find(path);
    this.element.classList.remove("loading");
    if (!found) return this.element.append(h("div", { class: "empty" }, h("h2", {}, t("no report")), h("p", {}, t("no report hint"))));
    this.element.append(h("iframe", { src: found.url, sandbox: "", title: this.title, referrerpolicy: "no-referrer" }));
  }

  stop() {}
}

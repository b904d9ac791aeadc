// Models: is it running, when, what does it cost, how good is each version, and what may be done with it?

import { askCompare, askPromote, askRollBack, askStart, askStop, prices } from "./change-version.js";
import { button, fill, h, prose } from "./dom.js";
import { digits, percent, time } from "./format.js";
import { link } from "./place.js";
import { repeat } from "./repeat.js";
import { OPERATORS } from "./session.js";
import { askDelete, askTrain } from "./train-version.js";
import { bar, comparisonsOf, STARTS, stateOf, versionsOf } from "./versions.js";
import { t } from "./words.js";
import { weekView } from "./week.js";

const POLL = 4000;
const STOPS = ["HOSTED", "STARTING_HOSTING"];
const HAS_FILE = [...STARTS, ...STOPS, "STOPPING_HOSTING"];
const COLUMNS = ["v version", "v state", "v finds", "v right", "v made"];

export class Models {
  constructor(context) {
    Object.assign(this, context);
    this.comparisons = [];
    this.card = h("section", { class: "project" });
    this.versions = h("section", { class: "versions" });
    this.week = h("div", {});
    this.element = h("main", { class: "models loading" }, h("header", { class: "tools" }, h("h1", {}, this.project), this.tools()), this.card, this.versions, this.week);
  }

  tools() {
    const train = this.role === "admin" && button(t("train version short"), () => askTrain(this));
    return [h("a", { href: link(this.project, "dataset", "train") }, t("data set")), train];
  }

  get keys() {
    return [];
  }

  get changes() {
    return OPERATORS.includes(this.role);
  }

  async start() {
    await Promise.all([this.refresh(), this.compared(), this.showWeek()]);
    repeat(this, POLL, () => this.again(), POLL);
  }

  async again() {
    await this.refresh();
    if (this.comparisons.some((each) => ["waiting", "running"].includes(each.state))) await this.compared();
  }

  stop() {
    this.stopped = true;
  }

  async refresh() {
    this.found = await versionsOf(this.api);
    this.draw();
  }

  async compared() {
    this.comparisons = await comparisonsOf(this.api);
    this.draw();
  }

  // What has not changed stays as it is, with the focus in it.
  draw() {
    const { found } = this;
    const now = JSON.stringify([found, this.comparisons]);
    if (this.stopped || found === undefined || now === this.drawn) return;
    this.drawn = now;
    this.element.classList.remove("loading");
    if (!found || !found.length) return this.nothing(!found);
    this.drawCard(found);
    this.drawVersions(found);
  }

  get hosted() {
    return this.found.find((each) => each.status === "HOSTED");
  }

  nothing(isNew) {
    fill(this.card, h("div", { class: "empty" }, h("h2", {}, t(isNew ? "no project" : "no model yet")), h("p", {}, prose(t(isNew ? "no project hint" : "no model hint", { project: this.project })))));
    fill(this.versions);
  }

  drawCard(versions) {
    const running = versions.filter((each) => STOPS.includes(each.status));
    const lines = running.map((each) => {
      const units = each.units || 1;
      return h("p", { class: "lead" }, stateOf(each, true), ` · ${t(units === 1 ? "one unit" : "units", { n: units })}`);
    });
    const cost = running.length ? t("costs now", prices()) : t("costs nothing");
    fill(this.card, lines.length ? lines : h("p", { class: "lead" }, stateOf({ status: "TRAINED" })), h("p", { class: "quiet" }, cost));
  }

  drawVersions(versions) {
    const head = COLUMNS.map((each) => h("th", { scope: "col" }, t(each)));
    head.push(h("td", {}));
    const rows = versions.map((each) => this.row(each));
    const refused = this.changes ? null : h("p", { class: "quiet" }, t("only operators", { role: this.role }));
    fill(this.versions, h("h2", {}, t("versions")), refused, h("table", {}, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows)));
  }

  row(version) {
    const { measured: found, version: number } = version;
    const cell = (name, ...content) => h("td", { "data-name": t(name) }, h("div", {}, content));
    const name = h("a", { href: link(this.project, "models", number) }, t("version", { version: number }));
    return h(
      "tr",
      { class: version.status === "HOSTED" ? "hosted" : null },
      h("th", { scope: "row" }, version.has_report ? name : t("version", { version: number }), version.description && h("span", { class: "quiet" }, ` ${version.description}`)),
      cell("v state", stateOf(version), this.notes(version)),
      h("td", { class: "figure", "data-name": t("v finds") }, found ? percent(found.recall) : "–"),
      h("td", { class: "figure", "data-name": t("v right") }, found ? percent(found.precision) : "–"),
      cell("v made", time(version.created_at)),
      h("td", { class: "actions" }, this.actions(version)),
    );
  }

  newestComparison({ version }) {
    return this.comparisons.find((each) => each.candidate === version);
  }

  // Whether the newest comparison is with the hosted version and found this one no worse.
  speaksFor(version) {
    const found = this.newestComparison(version);
    return found?.hosted === this.hosted.version && Boolean(found.outcome?.no_worse);
  }

  // What is known of a version beyond its state: each a line of its own.
  notes(version) {
    const comparison = this.newestComparison(version);
    const training = version.status === "TRAINING";
    return [
      training && (version.progress === null ? t("waits for worker") : bar(version.progress, t("training version", { version: version.version }))),
      version.status === "TRAINING_FAILED" && t("training failed means"),
      version.moved && t("moved from", { version: version.moved.version, at: digits(version.moved.threshold, 3), by: version.moved.by }),
      version.replaces && t("takes over from", { version: version.replaces }),
      version.message,
      comparison && h("a", { href: link(this.project, "comparisons", comparison.comparison_id) }, comparisonNote(comparison)),
    ]
      .filter(Boolean)
      .map((each) => h("p", { class: "quiet" }, each));
  }

  actions(version) {
    const { status } = version;
    const made = HAS_FILE.includes(status) ? [h("a", { href: link(this.project, "threshold", String(version.version)) }, t("threshold"))] : [];
    if (!this.changes) return made;
    const { hosted } = this;
    if (STARTS.includes(status) && hosted) {
      made.push(button(t("compare"), () => askCompare(this, version)));
      made.push(button(t("promote"), () => askPromote(this, version, hosted), this.speaksFor(version) ? { class: "main" } : {}));
    } else if (STARTS.includes(status)) made.push(button(t("start"), () => askStart(this, version), { class: "main" }));
    if (status === "HOSTED" && version.before) made.push(button(t("roll back"), () => askRollBack(this, version)));
    if (this.role === "admin" && status === "TRAINING_FAILED") made.push(button(t("delete"), () => askDelete(this, version)));
    if (STOPS.includes(status)) made.push(button(t("stop"), () => askStop(this, version)));
    return made;
  }

  async showWeek() {
    const week = await this.api.find(`projects/${this.project}/shifts`);
    fill(this.week, week ? weekView(week) : h("p", { class: "quiet" }, prose(t("no calendar", { project: this.project }))));
  }
}

function comparisonNote({ hosted: version, state, progress, outcome }) {
  if (state !== "ended") return t(`comparison ${state}`, { version, share: percent(progress, 0) });
  return t(outcome.figures.reviewed.anomalous + outcome.figures.reviewed.normal ? (outcome.no_worse ? "compared no worse" : "compared worse") : "compared", { version });
}

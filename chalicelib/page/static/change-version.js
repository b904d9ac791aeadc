// Questions before a version is started, stopped, compared, promoted or rolled back: each says what will happen.

import { ask } from "./ask.js";
import { CORE_SECOND_USD, IDLE_HOUR_USD, MILLION_IMAGES_USD, WORKERS_OF_A_UNIT } from "./costs.js";
import { fill, h } from "./dom.js";
import { digits, number, percent, usd } from "./format.js";
import { PREFIX } from "./hosting.js";
import { go } from "./place.js";
import { comparisonsOf } from "./versions.js";
import { t } from "./words.js";

const DAYS = [1, 7, 31];
const IMAGES = 5000;

export function prices() {
  return { hour: digits(IDLE_HOUR_USD, 4), million: digits(MILLION_IMAGES_USD, 2) };
}

async function change(view, path, body = {}) {
  await view.api.post(path, body);
  await view.refresh();
}

export function askStart(view, { version }) {
  const units = h("input", { id: "units", type: "number", min: 1, max: 500, value: 1, required: true });
  const says = h("p", { class: "quiet" });
  const tell = () => fill(says, t("start costs", { workers: number(WORKERS_OF_A_UNIT * Math.max(1, units.valueAsNumber || 1)), ...prices() }));
  units.addEventListener("input", tell);
  tell();
  const content = [h("label", { for: "units" }, t("inference units")), units, says];
  const path = `${PREFIX}/${view.project}/models/${version}/start`;
  ask(t("start version", { version }), content, t("start"), () => change(view, path, { MinInferenceUnits: units.valueAsNumber }));
}

export function askStop(view, { version }) {
  const path = `${PREFIX}/${view.project}/models/${version}/stop`;
  ask(t("stop version", { version }), [h("p", {}, t("stop means"))], t("stop"), () => change(view, path));
}

// How much a comparison is, before it is begun.
export function askCompare(view, { version }) {
  const path = `projects/${view.project}/models/${version}/comparison`;
  const days = h("select", { id: "days" }, DAYS.map((each) => h("option", { value: each, selected: each === 7 }, t(each === 1 ? "last day" : "last days", { n: each }))));
  const says = h("p", { role: "status" });
  let asked = 0;
  async function tell() {
    const mine = (asked += 1);
    fill(says, t("counting images"));
    const text = await view.api.get(path, { days: days.value, images: IMAGES }).then(sizeOf, (error) => error.message);
    if (mine === asked) fill(says, text);
  }
  days.addEventListener("change", tell);
  tell();
  const content = [h("p", {}, t("compare means", { n: number(IMAGES) })), h("label", { for: "days" }, t("images of")), days, says];
  ask(t("compare version", { version }), content, t("compare"), async () => {
    const begun = await view.api.post(path, { days: Number(days.value), images: IMAGES });
    go(view.project, "comparisons", begun.comparison_id);
  });
}

export function sizeOf({ images, reviewed, predictions, seconds }) {
  const minutes = number(Math.max(1, Math.ceil(seconds / 60)));
  return t("comparison size", { images: number(images), reviewed: number(reviewed), predictions: number(predictions), minutes, usd: usd(seconds * CORE_SECOND_USD) });
}

// What speaks for a version is looked up when somebody asks: the list may be some minutes old.
export async function askPromote(view, { version }, hosted) {
  const values = { version, hosted: hosted.version, units: hosted.units || 1 };
  const evidence = h("div", { role: "status" }, t("looking for comparison"));
  const content = [h("p", {}, t("promote means", values)), h("p", {}, t("promote fails", values)), evidence];
  let unseen = null;
  ask(t("promote version", values), content, t("promote"), () => change(view, `projects/${view.project}/models/${version}/promote`, { unseen: Boolean(unseen?.checked) }));
  try {
    const found = (await comparisonsOf(view.api)).find((each) => each.candidate === version && each.hosted === hosted.version && each.state === "ended");
    if (found) return fill(evidence, h("p", { class: found.outcome.no_worse ? null : "warning" }, figuresInWords(found.outcome, values)));
    unseen = h("input", { id: "unseen", type: "checkbox", required: true });
    fill(evidence, h("p", { class: "warning" }, t("not compared", values)), h("label", { class: "check", for: "unseen" }, unseen, t("promote unseen")));
  } catch (error) {
    fill(evidence, h("p", { class: "error" }, error.message));
  }
}

function figuresInWords({ figures, no_worse: noWorse }, values) {
  const { candidate, hosted, images, reviewed } = figures;
  const labelled = reviewed.anomalous + reviewed.normal;
  const counts = {
    ...values,
    images: number(images),
    reviewed: number(labelled),
    escapes: number(candidate.escapes.count),
    rejects: number(candidate.false_rejects.count),
    were: number(hosted.escapes.count),
    wrong: number(hosted.false_rejects.count),
  };
  if (!labelled) return t("figures unreviewed", { ...counts, stopped: percent(candidate.stopped.count / Math.max(1, images)) });
  return `${t("figures reviewed", counts)} ${t(noWorse ? "no worse" : "worse", values)}`;
}

export function askRollBack(view, { version, before, units }) {
  const values = { version, before, units: units || 1 };
  const content = [h("p", {}, t("roll back means", values)), h("p", {}, t("promote fails", { hosted: version, version: before }))];
  ask(t("roll back to", values), content, t("roll back"), () => change(view, `projects/${view.project}/rollback`));
}

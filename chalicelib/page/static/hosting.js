// Whether the model of a project runs, and until when.

import { h } from "./dom.js";
import { time } from "./format.js";
import { t } from "./words.js";

export const STATES = {
  TRAINING: "training",
  TRAINED: "stopped",
  TRAINING_FAILED: "training failed",
  STARTING_HOSTING: "starting",
  HOSTED: "running",
  HOSTING_FAILED: "start failed",
  STOPPING_HOSTING: "stopping",
  SYSTEM_UPDATING: "updating",
  DELETING: "deleting",
};
const KINDS = {
  HOSTED: "good",
  STARTING_HOSTING: "changing",
  STOPPING_HOSTING: "changing",
  SYSTEM_UPDATING: "changing",
  TRAINING: "changing",
  HOSTING_FAILED: "bad",
  TRAINING_FAILED: "bad",
};
const BY_URGENCY = ["HOSTED", "SYSTEM_UPDATING", "STARTING_HOSTING", "STOPPING_HOSTING", "HOSTING_FAILED"];

export const PREFIX = "2020-11-20/projects";

export async function modelsOf(api) {
  const found = await api.find(`${PREFIX}/${api.project}/models`);
  return found && found.Models.toSorted((a, b) => b.ModelVersion - a.ModelVersion);
}

async function describedModel(api, version) {
  return (await api.get(`${PREFIX}/${api.project}/models/${version}`)).ModelDescription;
}

export function state(status, text = t(STATES[status] || status)) {
  return h("span", { class: `state ${KINDS[status] || "off"}` }, h("span", { class: "dot" }), text);
}

async function stopped(api, models) {
  const line = state("TRAINED", models.length ? t("model stopped") : t("no model yet"));
  const week = models.length ? await api.find(`projects/${api.project}/shifts`) : null;
  if (week && !week.now.run && week.now.until) line.append(` · ${t("starts")} `, time(week.now.until));
  return line;
}

// One line about hosting: the version, its units, and until when the calendar lets it run.
export async function hostingLine(api) {
  const models = await modelsOf(api);
  if (!models) return state("TRAINED", t("no such project yet"));
  const statuses = models.map((each) => each.Status);
  const status = BY_URGENCY.find((each) => statuses.includes(each));
  if (!status) return stopped(api, models);
  const { ModelVersion: version } = models.find((each) => each.Status === status);
  const model = await describedModel(api, version);
  const line = state(status, t("version in state", { version, state: t(STATES[status]) }));
  const units = model.MaxInferenceUnits || model.MinInferenceUnits;
  if (units) line.append(` · ${t(units === 1 ? "one unit" : "units", { n: units })}`);
  const week = await api.find(`projects/${api.project}/shifts`);
  if (week && week.now.run && week.now.until) line.append(` · ${t("until")} `, time(week.now.until));
  return line;
}

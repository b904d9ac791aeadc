// Versions of a project's model: what there is, and what each looks like.

import { h } from "./dom.js";
import { percent } from "./format.js";
import { state, STATES } from "./hosting.js";
import { t } from "./words.js";

// States from which a version can be started.
export const STARTS = ["TRAINED", "HOSTING_FAILED"];

// All versions, the newest first; null if there is no such project.
export async function versionsOf(api) {
  const found = await api.find(`projects/${api.project}/models`);
  return found && found.versions;
}

export async function comparisonsOf(api) {
  const found = await api.find(`projects/${api.project}/comparisons`);
  return found ? found.comparisons : [];
}

const named = (status) => t(STATES[status] || status);

// A mark and a word; with the version's number in a line of its own.
export function stateOf({ status, version, progress }, whole = false) {
  if (!version) return state(status, t("model stopped"));
  const done = status === "TRAINING" && progress !== null ? ` · ${percent(progress, 0)}` : "";
  return state(status, (whole ? t("version in state", { version, state: named(status) }) : named(status)) + done);
}

// A bar of what is done, 0 to 1.
export function bar(done, label) {
  return h("progress", { max: 1, value: done, "aria-label": label });
}

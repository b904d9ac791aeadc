// How many images of a project wait for a verdict, and for how long.

import { h } from "./dom.js";
import { lasting, number } from "./format.js";
import { t } from "./words.js";

// null if the project has no queue of its own.
export async function queueLine(api) {
  const found = await api.find(`projects/${api.project}/queue`);
  if (!found) return null;
  const { waiting, oldest_seconds: oldest } = found;
  if (!waiting) return h("span", { class: "quiet" }, t("none in the queue"));
  const count = h("span", {}, t(waiting === 1 ? "one waits" : "wait", { n: number(waiting) }));
  return [count, oldest !== null && h("span", { class: "quiet" }, t("oldest", { time: lasting(oldest) }))];
}

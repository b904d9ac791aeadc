// Use another threshold: a version of its own, which may take over at once.

import { ask } from "./ask.js";
import { h } from "./dom.js";
import { digits } from "./format.js";
import { go } from "./place.js";
import { t } from "./words.js";

export function askThreshold(view, { threshold }) {
  const { project, version, versions } = view;
  const hosted = versions.find((each) => each.status === "HOSTED");
  const over = String(hosted?.version) === version ? hosted : null;
  const at = { version, at: digits(threshold, 3) };
  const promotes = over && h("input", { id: "promotes", type: "checkbox", checked: true });
  const content = [h("p", {}, t("threshold makes", at))];
  if (over) content.push(h("label", { class: "check", for: "promotes" }, promotes, t("threshold promotes", at)), h("p", { class: "quiet" }, t("promote fails", { hosted: version })));
  else content.push(h("p", {}, t("threshold waits")));
  ask(t("use threshold of", at), content, t("use threshold"), async () => {
    const made = await view.api.post(`projects/${project}/models/${version}/threshold`, { threshold });
    if (promotes?.checked) await view.api.post(`projects/${project}/models/${made.version}/promote`, { unseen: true });
    go(project, "models");
  });
}

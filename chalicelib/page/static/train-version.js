// Train the next version, with what it costs told before; and delete one that nobody needs.

import { ask } from "./ask.js";
import { TRAINING_SECOND_USD } from "./costs.js";
import { fill, h } from "./dom.js";
import { number, usd } from "./format.js";
import { PREFIX } from "./hosting.js";
import { link } from "./place.js";
import { t } from "./words.js";

export function askTrain(view) {
  const description = h("input", { id: "description", maxlength: 500, pattern: "[0-9A-Za-z._\\-]*", autocomplete: "off", title: t("description form") });
  const plan = h("div", { role: "status" }, t("counting images"));
  const content = [plan, h("label", { for: "description" }, t("description")), description, h("p", { class: "quiet" }, t("description form"))];
  ask(t("train version"), content, t("train"), async () => {
    await view.api.post(`projects/${view.project}/models`, { description: description.value });
    await view.refresh();
  });
  view.api.get(`projects/${view.project}/training`).then(
    (found) => fill(plan, planned(view, found)),
    (error) => fill(plan, h("p", { class: "error" }, error.message)),
  );
}

function planned({ project }, { normal, anomaly, tested, seconds, missing, training }) {
  const values = { normal: number(normal), anomaly: number(anomaly), tested: number(tested), minutes: number(Math.ceil(seconds / 60)), usd: usd(seconds * TRAINING_SECOND_USD) };
  const dataSet = h("a", { href: link(project, "dataset", "train") }, t("data set"));
  return [
    h("p", {}, t("learns from", values), " ", t(tested ? "tested on" : "left out once", values), " ", dataSet),
    missing.map((each) => h("p", { class: "warning" }, t("missing", { what: each }))),
    training && h("p", { class: "warning" }, t("trains already", { version: training })),
    h("p", {}, t("training takes", values)),
  ];
}

export function askDelete(view, { version }) {
  ask(t("delete version", { version }), [h("p", {}, t("delete means"))], t("delete"), async () => {
    await view.api.call("DELETE", `${PREFIX}/${view.project}/models/${version}`);
    await view.refresh();
  });
}

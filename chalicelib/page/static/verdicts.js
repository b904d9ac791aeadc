// Verdicts as a shape, a word and a colour: one person in twelve does not see red and green apart.

import { h, svg } from "./dom.js";
import { digits } from "./format.js";
import { t } from "./words.js";

export const VERDICTS = ["normal", "anomalous", "unfamiliar", "rejected", "failed"];

const SHAPES = {
  normal: ["circle", { cx: 8, cy: 8, r: 6 }],
  anomalous: ["rect", { x: 2, y: 2, width: 12, height: 12 }],
  unfamiliar: ["path", { d: "M8 1.5 15 14H1Z" }],
  rejected: ["path", { d: "M8 1 15 8 8 15 1 8Z" }],
  failed: ["path", { d: "M2 4.5 4.5 2 8 5.5 11.5 2 14 4.5 10.5 8 14 11.5 11.5 14 8 10.5 4.5 14 2 11.5 5.5 8Z" }],
};

export function mark(verdict, title = null) {
  const [tag, attributes] = SHAPES[verdict] || SHAPES.failed;
  const label = title ? { role: "img", "aria-label": title } : { "aria-hidden": "true" };
  return svg("svg", { viewBox: "0 0 16 16", class: `mark ${verdict}`, ...label }, svg(tag, attributes));
}

export const word = (verdict) => (VERDICTS.includes(verdict) ? t(verdict) : verdict);

// How sure the verdict is, 0 to 1, as the API has it: 0 is a coin toss.
export const confidence = (inspection) =>
  inspection.confidence === null ? "" : digits(inspection.confidence, 2);

export function badge(inspection) {
  const sure = confidence(inspection);
  return h(
    "span",
    { class: `badge ${inspection.verdict}` },
    mark(inspection.verdict),
    h("span", {}, word(inspection.verdict)),
    " ",
    sure && h("span", { class: "figure", title: t("confidence of", { sure }) }, sure),
  );
}

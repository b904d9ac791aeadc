// What the images of a line come to: counts, share, rate, and each camera's last images as a strip.

import { h } from "./dom.js";
import { number, percent } from "./format.js";
import { mark, VERDICTS, word } from "./verdicts.js";
import { t } from "./words.js";

const STRIP = 50;
const MINUTE = 60000;
const FULL = 100;

export function strips(inspections) {
  const cameras = [...new Set(inspections.map((each) => each.camera))].sort();
  const rows = cameras.map((camera) => {
    const own = inspections.filter((each) => each.camera === camera).slice(0, STRIP).reverse();
    const bad = own.filter((each) => each.verdict !== "normal").length;
    const label = t("strip", { camera, n: own.length, bad });
    const marks = own.map((each) => mark(each.verdict));
    return h("li", {}, h("span", {}, camera), h("span", { class: "strip", role: "img", "aria-label": label }, marks));
  });
  return h("ul", {}, rows);
}

// Inspections in the last minute. A line that fills the list in less than that is faster than the list is long.
function rate(inspections) {
  const now = Date.now();
  const ages = inspections.map((each) => now - new Date(each.inspected_at)).filter((age) => age < MINUTE);
  const span = ages.length < FULL ? MINUTE : Math.max(1000, ...ages);
  return Math.round((ages.length * MINUTE) / span);
}

// `past` is whether the counts are those of a time that was asked for; then there is no rate.
export function figures(counts, complete, inspections, past) {
  const shown = VERDICTS.filter((each) => counts[each] || each === "normal" || each === "anomalous");
  const judged = counts.normal + counts.anomalous;
  const share = percent(judged ? counts.normal / judged : 0);
  return [
    shown.map((each) => h("span", { class: "count" }, mark(each), h("b", {}, number(counts[each])), " ", h("span", {}, word(each)))),
    judged > 0 && h("span", {}, t(past ? "good share" : "good today", { share })),
    !past && h("span", {}, t("rate", { n: number(rate(inspections)) })),
    !complete && h("span", {}, t("newest counted")),
  ];
}

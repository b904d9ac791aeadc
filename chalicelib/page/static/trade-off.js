// The curve of escapes against false rejects, with the present point, the chosen one and the best one.

import { h, svg } from "./dom.js";
import { percent } from "./format.js";
import { t } from "./words.js";

const [WIDTH, HEIGHT] = [640, 260];
const [LEFT, TOP, RIGHT, BOTTOM] = [68, 12, 16, 44];

const share = ({ count, of }) => (of ? count / of : 0);

// An axis is as long as what is on it, rounded up to a tenth.
const reach = (values) => Math.min(1, Math.max(0.1, Math.ceil(10 * Math.max(...values)) / 10));

export function tradeOff(steps, { now, best }) {
  const inside = steps.filter((each) => share(each.false_rejects) <= 0.5 || each === now);
  const [across, up] = [reach(inside.map((each) => share(each.false_rejects))), reach(inside.map((each) => share(each.escapes)))];
  const x = (step) => LEFT + (Math.min(across, share(step.false_rejects)) / across) * (WIDTH - LEFT - RIGHT);
  const y = (step) => HEIGHT - BOTTOM - (share(step.escapes) / up) * (HEIGHT - TOP - BOTTOM);
  const path = inside.map((each, at) => `${at ? "L" : "M"}${x(each)} ${y(each)}`).join("");
  const chosen = svg("circle", { r: 7, class: "chosen" });
  const [right, bottom] = [WIDTH - RIGHT, HEIGHT - BOTTOM];
  const text = (left, top, anchor, words) => svg("text", { x: left, y: top, "text-anchor": anchor }, words);
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": t("trade-off"), class: "trade-off" },
    svg("path", { d: `M${LEFT} ${TOP}V${bottom}H${right}`, class: "axis" }),
    text(LEFT - 6, bottom, "end", "0"),
    text(LEFT - 6, TOP + 10, "end", percent(up, 0)),
    text(right, bottom + 19, "end", percent(across, 0)),
    text((LEFT + right) / 2, HEIGHT - 6, "middle", t("t rejects")),
    svg("text", { x: 0, y: 0, "text-anchor": "middle", transform: `translate(16 ${(TOP + bottom) / 2}) rotate(-90)` }, t("t escapes")),
    svg("path", { d: path, class: "curve" }),
    svg("circle", { cx: x(now), cy: y(now), r: 6, class: "now-point" }),
    svg("rect", { x: x(best.step) - 5, y: y(best.step) - 5, width: 10, height: 10, class: "best-point" }),
    chosen,
  );
  const legend = h("p", { class: "quiet tools legend" }, [["now-point", "t now"], ["chosen", "t chosen"], ["best-point", "t best"]].map(([kind, name]) => h("span", {}, key(kind), " ", t(name))));
  return {
    element: h("figure", {}, drawing, legend),
    move(step) {
      chosen.setAttribute("cx", x(step));
      chosen.setAttribute("cy", y(step));
    },
  };
}

function key(kind) {
  const shape = kind === "best-point" ? svg("rect", { x: 3, y: 3, width: 10, height: 10, class: kind }) : svg("circle", { cx: 8, cy: 8, r: 6, class: kind });
  return svg("svg", { viewBox: "0 0 16 16", class: "mark", "aria-hidden": "true" }, shape);
}

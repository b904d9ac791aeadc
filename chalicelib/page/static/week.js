// The week of a shift calendar: a row a day, the hours of the plant from left to right.

import { h, svg } from "./dom.js";
import { number } from "./format.js";
import { locale, t } from "./words.js";

const HOUR = 3600000;
const DAYS = 7;

// The days of the plant's clock: where each begins in time, found by what its zone shows.
function localParts(zone) {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  return (at) => {
    const [day, clock] = format.format(at).split(" ");
    const [hours, minutes] = clock.split(":").map(Number);
    return { day, hour: hours + minutes / 60 };
  };
}

function days(first) {
  const start = new Date(`${first}T00:00:00Z`);
  return Array.from({ length: DAYS }, (_, at) => new Date(start.getTime() + at * 24 * HOUR).toISOString().slice(0, 10));
}

// The parts of each day in which the model runs: [from, to, source], in hours of the clock.
function bars(week, parts) {
  const found = Object.fromEntries(days(week.day).map((day) => [day, []]));
  for (const span of week.spans.filter((each) => each.run)) {
    const [begin, end] = [parts(new Date(span.start)), parts(new Date(span.end))];
    for (const day of Object.keys(found)) {
      if (day < begin.day || day > end.day) continue;
      const from = day === begin.day ? begin.hour : 0;
      const to = day === end.day ? end.hour : 24;
      if (to > from) found[day].push([from, to, span.source]);
    }
  }
  return found;
}

export function weekView(week) {
  const zone = week.zone || "UTC";
  const parts = localParts(zone);
  const now = parts(new Date());
  const named = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  const found = bars(week, parts);
  const rows = Object.entries(found).map(([day, running]) => {
    const drawn = running.map(([from, to, source]) =>
      svg("rect", { x: from, y: 0, width: to - from, height: 1, class: source === "calendar" ? "run" : "asked" }),
    );
    const ends = week.ends_of_day.map((each) => parts(new Date(each))).filter((each) => each.day === day);
    drawn.push(...ends.map(({ hour }) => svg("rect", { x: hour - 0.1, y: -0.2, width: 0.2, height: 1.4, class: "end" })));
    if (day === now.day) drawn.push(svg("line", { x1: now.hour, x2: now.hour, y1: -0.2, y2: 1.2, class: "now" }));
    const hours = running.map(([from, to]) => `${clock(from)}–${clock(to)}`).join(", ") || t("stopped all day");
    const inspected = ends.map(({ hour }) => t("images of the day", { at: clock(hour) }));
    const date = named.format(new Date(`${day}T00:00:00Z`));
    const grid = [6, 12, 18].map((hour) => svg("line", { x1: hour, x2: hour, y1: 0, y2: 1, class: "grid" }));
    const strip = svg("svg", { viewBox: "0 0 24 1", preserveAspectRatio: "none", "aria-hidden": "true" }, grid, drawn);
    return h("tr", { class: day === now.day ? "today" : null }, h("th", { scope: "row" }, date), h("td", {}, strip), h("td", { class: "hours" }, [hours, ...inspected].join(" · ")));
  });
  const marks = h("tr", { "aria-hidden": "true" }, h("td", {}), h("td", {}, h("div", { class: "marks" }, ["06", "12", "18"].map((each) => h("span", {}, each)))), h("td", {}));
  const total = t("week hours", { run: number(Math.round(week.hours.run)), of: number(Math.round(week.hours.run + week.hours.stopped)) });
  return h(
    "section",
    { class: "week" },
    h("h2", {}, t("this week")),
    h("table", {}, h("caption", { class: "quiet" }, `${total} · ${zone}`), h("tbody", {}, marks, rows)),
  );
}

function clock(hour) {
  const minutes = Math.round(hour * 60);
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

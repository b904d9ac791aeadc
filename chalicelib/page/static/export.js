// Export the answer to a named query of the lake: choose, wait some seconds, and the browser saves the file.

import { ask } from "./ask.js";
import { fill, h } from "./dom.js";
import { lasting, number } from "./format.js";
import { pause } from "./repeat.js";
import { t } from "./words.js";

const PAUSE = 1000;
const PATIENCE = 120;
const DAYS = 7;
const DAY = 86400000;
const TITLES = {
  "by-camera": () => t("query by camera"),
  "by-line": () => t("query by line"),
  "confidence-bands": () => t("query confidence"),
  escapes: () => t("query escapes"),
  "heat-map": () => t("query heat map"),
  "over-time": () => t("query over time"),
  verdicts: () => t("query verdicts"),
};

const isoDay = (time) => new Date(time).toISOString().slice(0, 10);
const field = (text, control) => h("label", {}, h("span", {}, text), control);

export async function askExport({ api, project }) {
  const path = `projects/${project}/exports`;
  const { queries } = await api.get(path);
  const query = h("select", {}, queries.map(({ name, description }) => h("option", { value: name, title: description }, TITLES[name]?.() || name)));
  const [since, until] = [DAYS - 1, 0].map((ago) => h("input", { type: "date", required: true, value: isoDay(Date.now() - ago * DAY) }));
  const kind = h("select", {}, h("option", { value: "xlsx" }, t("as workbook")), h("option", { value: "csv" }, t("as CSV")));
  const said = h("p", { role: "status", class: "quiet" }, t("export hint"));
  const fields = [field(t("export what"), query), field(t("export since"), since), field(t("export until"), until), field(t("export as"), kind)];
  ask(t("export"), [h("div", { class: "fields" }, fields), said], t("export"), async () => {
    const { export: begun } = await api.post(path, { query: query.value, since: since.value, until: until.value });
    const found = await answered(said, () => api.get(`${path}/${begun}`, { kind: kind.value }));
    h("a", { href: found.url, download: "" }).click();
  });
}

// Look until there is an answer, and say meanwhile how long it takes.
async function answered(said, look) {
  for (let seconds = 0; seconds < PATIENCE; seconds++) {
    fill(said, t("export runs", { time: lasting(seconds + 1) }));
    const found = await look();
    if (found.state === "answered" && found.rows) return found;
    if (found.state === "answered") throw new Error(t("export empty"));
    if (found.state === "failed") throw new Error(t("export failed", { reason: found.reason }));
    await pause(PAUSE);
  }
  throw new Error(t("export too long", { n: number(PATIENCE) }));
}

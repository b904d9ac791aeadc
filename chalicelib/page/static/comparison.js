// Two versions on the same images: how far it is, what it found, and the images on which they differ.

import { askPromote, sizeOf } from "./change-version.js";
import { button, fill, h } from "./dom.js";
import { Flips } from "./flips.js";
import { number, percent, time } from "./format.js";
import { link } from "./place.js";
import { repeat } from "./repeat.js";
import { OPERATORS } from "./session.js";
import { bar, STARTS, versionsOf } from "./versions.js";
import { t } from "./words.js";

const POLL = 2000;
const ROWS = ["stopped", "escapes", "false_rejects"];

export class Comparison {
  constructor(context) {
    Object.assign(this, context);
    this.keys = [];
    this.about = h("section", { class: "about" });
    this.figures = h("section", {});
    this.images = h("section", { class: "flips" });
    this.element = h("main", { class: "models comparison loading" }, this.about, this.figures, this.images);
  }

  async start() {
    await this.refresh();
    if (!this.settled) repeat(this, POLL, () => this.refresh(), POLL);
  }

  stop() {
    this.stopped = true;
  }

  async refresh() {
    const id = encodeURIComponent(this.place.argument);
    const found = await this.api.find(`projects/${this.project}/comparisons/${id}`);
    this.versions = found ? (await versionsOf(this.api)) || [] : [];
    if (this.stopped) return;
    this.element.classList.remove("loading");
    this.settled = !found || found.outcome !== null;
    if (!found) return fill(this.about, h("h1", {}, t("no comparison")), this.back());
    this.draw(found);
  }

  back() {
    return h("p", {}, h("a", { href: link(this.project, "models") }, t("all versions")));
  }

  draw(found) {
    const { candidate, hosted, state, plan, progress, outcome, asked_by: by, asked_at: at } = found;
    const failed = state === "failed" && h("p", { class: "error" }, t("comparison failed because", { reason: outcome.failure }));
    const running = !this.settled && [bar(progress, t(`comparison ${state}`, { version: hosted, share: percent(progress, 0) })), h("p", {}, t("comparison goes on", { share: percent(progress, 0) }))];
    const buttons = h("p", { class: "tools" }, this.actions(found));
    fill(
      this.about,
      h("h1", {}, t("comparison of", { candidate, hosted })),
      h("p", { class: "quiet" }, t("asked by", { by }), " ", time(at), plan && ` · ${sizeOf(plan)}`),
      running,
      failed,
      outcome?.figures && h("p", { class: "lead" }, conclusion(found)),
      buttons,
    );
    if (!outcome?.figures) return;
    fill(this.figures, h("h2", {}, t("the figures")), table(found), h("p", { class: "quiet" }, left(outcome)));
    this.flips ||= new Flips(this, found);
    fill(this.images, this.flips.element);
  }

  actions({ candidate, hosted, outcome }) {
    const version = this.versions.find((each) => each.version === candidate);
    const running = this.versions.find((each) => each.version === hosted);
    const may = OPERATORS.includes(this.role) && outcome?.figures && STARTS.includes(version?.status) && running?.status === "HOSTED";
    return [may && button(t("promote version short", { version: candidate }), () => askPromote(this, version, running), { class: "main" }), h("a", { href: link(this.project, "models") }, t("all versions"))];
  }
}

function conclusion({ candidate, hosted, outcome }) {
  const { figures, no_worse: noWorse } = outcome;
  if (!figures.images) return t("nothing compared");
  if (!(figures.reviewed.anomalous + figures.reviewed.normal)) return t("nobody reviewed", { candidate, hosted });
  return t(noWorse ? "no worse" : "worse", { version: candidate, hosted });
}

function table({ candidate, hosted, outcome: { figures } }) {
  const head = ["", t("version", { version: candidate }), t("version", { version: hosted })].map((each) => h(each ? "th" : "td", each ? { scope: "col" } : {}, each));
  const rows = ROWS.map((each) => h("tr", {}, h("th", { scope: "row" }, t(`c ${each}`)), share(figures.candidate[each]), share(figures.hosted[each])));
  const flips = [["now_stopped", candidate], ["now_passed", candidate]].map(([each, version]) =>
    h("tr", {}, h("th", { scope: "row" }, t(`c ${each}`, { version })), share(figures[each]), h("td", {})),
  );
  return h("table", { class: "figures-table" }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows, flips));
}

function share({ count, of, lower, upper }) {
  if (!of) return h("td", { class: "figure quiet" }, t("no review"));
  const bounds = t("bounds", { lower: percent(lower), upper: percent(upper) });
  return h("td", { class: "figure" }, h("b", {}, t("count of", { count: number(count), of: number(of) })), " ", h("span", { class: "quiet" }, bounds));
}

function left({ gone, unjudged }) {
  const parts = [t("bounds mean"), gone && t("images gone", { n: number(gone) }), unjudged && t("images unjudged", { n: number(unjudged) })];
  return parts.filter(Boolean).join(" ");
}

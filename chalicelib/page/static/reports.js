// Reports: the daily report of a day, which is a page of its own and may run no script here, and its files.

import { button, fill, h } from "./dom.js";
import { askExport } from "./export.js";
import { go, link } from "./place.js";
import { projects } from "./session.js";
import { locale, t } from "./words.js";

const whole = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" });

export class Reports {
  constructor(context) {
    Object.assign(this, context);
    this.of = this.place.query.get("of") || "";
    this.keys = [
      ["j", t("key earlier day"), () => this.step(1)],
      ["k", t("key later day"), () => this.step(-1)],
    ];
    this.head = h("header", {}, h("h1", {}, t("daily report")));
    this.paper = h("div", { class: "paper" });
    this.trouble = h("p", { class: "error", role: "alert" });
    this.element = h("main", { class: "report loading" }, this.head, this.paper);
  }

  async start() {
    this.days = (await this.api.get(`projects/${this.project}/reports`)).days;
    this.day = this.place.argument || this.days[0] || "";
    const path = `projects/${this.project}/reports/${encodeURIComponent(this.day)}`;
    const found = this.day && (await this.api.find(path, { of: this.of }));
    if (this.stopped) return;
    this.element.classList.remove("loading");
    this.drawHead(found);
    if (found) fill(this.paper, h("iframe", { src: found.page, sandbox: "", title: t("daily report"), referrerpolicy: "no-referrer" }));
    else fill(this.paper, this.nothing());
  }

  stop() {
    this.stopped = true;
  }

  drawHead(found) {
    const known = this.days.includes(this.day) || !this.day ? this.days : [this.day, ...this.days];
    const options = known.map((each) => h("option", { value: each, selected: each === this.day }, whole.format(new Date(each))));
    const days = h("select", { "aria-label": t("choose day"), onchange: (event) => this.show(event.target.value) }, options);
    const files = found && [h("a", { href: found.csv }, t("as CSV")), h("a", { href: found.workbook }, t("as workbook"))];
    const tools = h("p", { class: "tools" }, files, button(`${t("export")}…`, () => this.export()));
    fill(this.head, h("h1", {}, t("daily report")), known.length > 0 && days, projects().length > 1 && this.day && this.allOrOne(), tools, this.trouble);
  }

  show(day, of = this.of) {
    go(this.project, "reports", day, { of });
  }

  // People who may see several projects may see the report of all of them, unless there are more.
  allOrOne() {
    const options = [["", this.project], ["all", t("all projects")]];
    const shown = options.map(([value, text]) => h("option", { value, selected: value === this.of }, text));
    return h("select", { "aria-label": t("report about"), onchange: (event) => this.show(this.day, event.target.value) }, shown);
  }

  async export() {
    fill(this.trouble);
    try {
      await askExport(this);
    } catch (error) {
      fill(this.trouble, error.message);
    }
  }

  nothing() {
    if (this.day) {
      const all = h("a", { href: link(this.project, "reports") }, t("newest report"));
      return h("div", { class: "empty" }, h("h2", {}, t("no report of day")), h("p", {}, all));
    }
    return h("div", { class: "empty" }, h("h2", {}, t("no daily report")), h("p", {}, t("no daily report hint")));
  }

  step(by) {
    const day = this.days[this.days.indexOf(this.day) + by];
    if (day) this.show(day);
  }
}

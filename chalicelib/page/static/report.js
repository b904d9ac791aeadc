// The training report of a version, which is a page of its own and may run no script here.

import { h } from "./dom.js";
import { link } from "./place.js";
import { t } from "./words.js";

export class Report {
  constructor(context) {
    Object.assign(this, context);
    this.keys = [];
    const back = h("a", { href: link(this.project, "models") }, t("all versions"));
    this.title = t("report of", { version: this.place.argument });
    this.element = h("main", { class: "report loading" }, h("header", {}, h("h1", {}, this.title), back));
  }

  async start() {
    const path = `projects/${this.project}/models/${encodeURIComponent(this.place.argument)}/report`;
    const found = await this.api.find(path);
    this.element.classList.remove("loading");
    if (!found) return this.element.append(h("div", { class: "empty" }, h("h2", {}, t("no report")), h("p", {}, t("no report hint"))));
    this.element.append(h("iframe", { src: found.url, sandbox: "", title: this.title, referrerpolicy: "no-referrer" }));
  }

  stop() {}
}

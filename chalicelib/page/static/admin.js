// Administration: the keys of the project, when people are alerted, what is kept for how long.

import { AlertSettings, deploying } from "./alert-settings.js";
import { ask } from "./ask.js";
import { copyButton } from "./copy.js";
import { button, fill, h, named, openDialog } from "./dom.js";
import { number, time } from "./format.js";
import { link } from "./place.js";
import { t } from "./words.js";

const ROLES = ["camera", "viewer", "operator", "admin"];

export class Admin {
  constructor(context) {
    Object.assign(this, context);
    this.keyList = h("section", { class: "keys-of-project" });
    this.alerts = new AlertSettings(context);
    this.settings = h("section", { class: "settings" });
    this.element = h("main", { class: "models admin loading" }, h("h1", {}, t("admin")), this.people(), this.keyList, this.alerts.element, this.settings);
  }

  people() {
    return this.role === "admin" ? h("p", {}, h("a", { href: link(this.project, "people") }, t("people"))) : "";
  }

  get keys() {
    return this.role === "admin" ? [["n", t("new key"), () => this.askNew()]] : [];
  }

  async start() {
    const [settings] = await Promise.all([this.api.get("settings"), this.showKeys(), this.alerts.refresh()]);
    this.element.classList.remove("loading");
    this.alerts.describe(settings);
    fill(this.settings, h("h2", {}, t("retention")), retention(settings));
  }

  stop() {}

  async showKeys() {
    if (this.role !== "admin") return fill(this.keyList, h("h2", {}, t("access keys")), h("p", { class: "quiet" }, t("only admins", { role: this.role })));
    const [{ keys }, { key_id: own }] = await Promise.all([this.api.get("keys"), this.api.get("key")]);
    const head = ["k key", "k role", "k scope", "k note", "k made", "k ends"].map((each) => h("th", { scope: "col" }, t(each)));
    const rows = keys.map((each) => this.row(each, own));
    const title = h("header", { class: "titled" }, h("h2", {}, t("access keys")), button(t("new key"), () => this.askNew(), { class: "main" }));
    const none = !rows.length && h("p", { class: "quiet" }, t("no keys"));
    fill(this.keyList, title, none || h("table", { class: "listed" }, h("thead", {}, h("tr", {}, head, h("td", {}))), h("tbody", {}, rows)));
  }

  row(key, own) {
    const ended = key.revoked_at !== null || (key.expires_at !== null && new Date(key.expires_at) < new Date());
    const cell = (name, ...content) => h("td", { "data-name": t(name) }, content);
    return h(
      "tr",
      { class: ended ? "ended" : null },
      h("th", { scope: "row" }, h("code", {}, key.key_id), key.key_id === own && h("span", { class: "quiet" }, ` ${t("yours")}`)),
      cell("k role", key.role),
      cell("k scope", t("scope", { lines: key.lines.join(" "), cameras: key.cameras.join(" ") })),
      cell("k note", key.note || "–"),
      cell("k made", time(key.created_at), key.made_by && [", ", key.made_by]),
      cell("k ends", key.revoked_at ? [t("revoked"), " ", time(key.revoked_at)] : key.expires_at ? time(key.expires_at) : t("never")),
      h("td", { class: "actions" }, !ended && button(t("revoke"), () => this.askRevoke(key, own))),
    );
  }

  askRevoke(key, own) {
    const content = [h("p", {}, key.note || key.role), h("p", {}, t(key.key_id === own ? "revoke own" : "revoke means"))];
    ask(t("revoke key", { key: key.key_id }), content, t("revoke"), async () => {
      await this.api.remove(`keys/${key.key_id}`);
      await this.showKeys();
    });
  }

  askNew() {
    const role = h("select", { id: "key-role" }, ROLES.map((each) => h("option", { value: each }, each)));
    const lines = h("input", { id: "key-lines", value: "*", required: true });
    const cameras = h("input", { id: "key-cameras", value: "*", required: true });
    const note = h("input", { id: "key-note", maxlength: 200 });
    const hours = h("input", { id: "key-hours", type: "number", min: 0.1, step: "any" });
    const labelled = [[role, "k role"], [lines, "k lines"], [cameras, "k cameras"], [note, "k note"], [hours, "k hours"]];
    const fields = labelled.map(([field, text]) => [h("label", { for: field.id }, t(text)), field]);
    ask(t("new key"), fields, t("make key"), async () => {
      const body = { role: role.value, lines: words(lines), cameras: words(cameras), note: note.value.trim() };
      const made = await this.api.post("keys", hours.value ? { ...body, hours: hours.valueAsNumber } : body);
      await this.showKeys();
      showToken(made);
    });
  }
}

const words = (input) => input.value.trim().split(/[\s,]+/).filter(Boolean);

// The secret is shown this once: the dialog has the only copy, so only its button closes it, not Escape and not another view.
function showToken({ token, key_id: key }) {
  const done = h("button", { class: "main" }, t("kept it"));
  const stay = (event) => event.preventDefault();
  const dialog = h("dialog", { class: "once", "aria-labelledby": "token-title", oncancel: stay, onkeydown: (event) => event.key === "Escape" && stay(event) });
  const onsubmit = (event) => {
    event.preventDefault();
    dialog.close();
  };
  dialog.append(
    h("form", { onsubmit }, h("h2", { id: "token-title" }, t("key made", { key })), h("p", {}, t("shown once")), h("pre", { class: "token", tabindex: 0 }, token), h("p", { class: "tools" }, copyButton(token), done)),
  );
  openDialog(dialog);
}

function retention({ stage, retention: kept }) {
  const days = (value) => (value === null ? t("for ever") : t("days", { n: number(value) }));
  const rows = [
    [t("r images"), days(kept.images)],
    kept.images_cold !== null && [t("r cold"), days(kept.images_cold)],
    [t("r verdicts"), days(kept.verdicts)],
    [t("r alerts"), days(kept.alerts)],
    [t("r log"), days(kept.log)],
  ];
  return [named(rows.filter(Boolean)), deploying("change retention", stage)];
}

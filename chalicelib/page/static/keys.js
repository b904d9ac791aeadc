// Keys of the keyboard, and the list of them that `?` shows.

import { button, h, openDialog } from "./dom.js";
import { t } from "./words.js";

let current = [];

// `keys` are [key, text, what it does]; they replace those of the view before.
export function setKeys(keys) {
  current = keys;
}

const isTyping = (target) => target.closest("input:not([type=checkbox]), select, textarea, dialog[open]") !== null;

export function listen(general) {
  const free = ([key]) => !current.some(([own]) => own === key);
  const all = () => [...current, ...general.filter(free), ["?", t("key help"), () => showKeys(all())]];
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "Enter" && event.target.closest("a, button")) return;
    const found = all().find(([key]) => key === event.key);
    if (!found) return;
    event.preventDefault();
    found[2]();
  });
  return () => showKeys(all());
}

function showKeys(keys) {
  const rows = keys.map(([key, text]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, text)));
  const dialog = h("dialog", { "aria-labelledby": "keys-title" });
  dialog.append(
    h("h2", { id: "keys-title" }, t("keys")),
    h("dl", { class: "keys" }, rows),
    button(t("close"), () => dialog.close(), { class: "main" }),
  );
  openDialog(dialog);
}

// A question with a button that does it and one that does not.

import { button, fill, h } from "./dom.js";
import { t } from "./words.js";

export function ask(title, content, yes, work) {
  const error = h("p", { class: "error", role: "alert" });
  const doIt = h("button", { class: "main" }, yes);
  const dialog = h("dialog", { "aria-labelledby": "ask-title" });
  async function onsubmit(event) {
    event.preventDefault();
    doIt.disabled = true;
    try {
      await work();
      dialog.close();
    } catch (problem) {
      fill(error, problem.message);
      doIt.disabled = false;
    }
  }
  dialog.append(
    h("form", { onsubmit }, h("h2", { id: "ask-title" }, title), content, error, h("p", { class: "tools" }, doIt, button(t("cancel"), () => dialog.close()))),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

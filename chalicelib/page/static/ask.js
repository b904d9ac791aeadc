// A question with a button that does it and one that does not.

import { button, fill, h, openDialog } from "./dom.js";
import { keepAnswers, restoreAnswers } from "./typed.js";
import { t } from "./words.js";

// How a question is closed by who goes to another view: what was typed into it is there when they ask it again.
export const LEFT = "left";

export function ask(title, content, yes, work) {
  const error = h("p", { class: "error", role: "alert" });
  const doIt = h("button", { class: "main" }, yes);
  const dialog = h("dialog", { "aria-labelledby": "ask-title" });
  const question = `${location.hash} ${title}`;
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
  dialog.addEventListener("close", () => keepAnswers(question, dialog.returnValue === LEFT ? dialog : null));
  openDialog(dialog);
  restoreAnswers(question, dialog);
}

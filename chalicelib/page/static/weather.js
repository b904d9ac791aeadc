// What the page says when something does not succeed: above the view, or in its place.

import { ApiError, SignedOut } from "./api.js";
import { button, fill, h } from "./dom.js";
import { link } from "./place.js";
import { t } from "./words.js";

export const trouble = h("p", { class: "trouble", role: "status", hidden: true });

function tell(text) {
  fill(trouble, text);
  trouble.hidden = false;
}

export function online() {
  trouble.hidden = true;
}

// A fault of the page itself also goes to the browser's console.
function noted(error) {
  if (!(error instanceof ApiError || error instanceof SignedOut)) reportError(error);
  return { message: error.message };
}

// New data do not come, and they are asked for again.
export const offline = (error) => tell(t("trouble", noted(error)));

// What a person wanted was not done.
export function failed(error) {
  if (!(error instanceof SignedOut)) tell(t("not done", noted(error)));
}

// A view whose data will not come by waiting; `again` tries it nevertheless.
export function cannotShow(project, error, again) {
  const ways = h("p", { class: "tools" }, button(t("try again"), again, { class: "main" }), h("a", { href: link(project, "live") }, t("to live")));
  return h("main", { class: "center" }, h("div", { class: "empty", role: "alert" }, h("h1", {}, t("cannot show")), h("p", {}, noted(error).message), ways));
}

// Whatever nobody else took care of is said.
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  failed(event.reason);
});

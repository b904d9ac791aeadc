// A session that ends in mid-work: sign in again over what is open, so that nothing that was typed is lost.

import { button, h, openDialog } from "./dom.js";
import { hasLogin } from "./login.js";
import { begin, keyOf, session } from "./session.js";
import { keyForm } from "./signin.js";
import { t } from "./words.js";

const CHANNEL = "BroadcastChannel" in window ? new BroadcastChannel("linewatch") : null;

// Tell the other tabs of this browser that somebody has signed in here.
export function announce() {
  if (CHANNEL && session()) CHANNEL.postMessage(session());
}

// Show the dialog, once; `then` goes on, `leave` goes to the sign-in view.
export function askAgain(project, reason, then, leave) {
  if (document.querySelector("dialog.again")) return;
  const dialog = h("dialog", { class: "again", "aria-labelledby": "again-title" });
  const done = (next) => {
    dialog.close();
    next();
  };
  const elsewhere = ({ data }) => {
    begin(data);
    if (keyOf(project)) done(then);
  };
  const another = h("p", {}, h("a", { href: location.pathname, target: "_blank", rel: "noopener", class: "main" }, t("sign in in another tab")));
  dialog.append(
    h("h2", { id: "again-title" }, t("sign in again")),
    h("p", {}, reason),
    hasLogin() ? another : "",
    h("p", { class: "quiet" }, t("again hint")),
    keyForm(project, "", () => done(then)),
    button(t("sign out"), () => done(leave)),
  );
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => CHANNEL?.removeEventListener("message", elsewhere));
  CHANNEL?.addEventListener("message", elsewhere);
  openDialog(dialog);
}

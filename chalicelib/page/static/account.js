// Who is signed in, until when, and the ways out.

import { called } from "./api.js";
import { button, fill, h, openDialog } from "./dom.js";
import { goToLogout, hasLogin } from "./login.js";
import { link } from "./place.js";
import { end, forget, session } from "./session.js";
import { locale, t } from "./words.js";

const clock = (instant) => new Date(instant).toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit" });

// The button at the top; `left` is called when nobody is signed in to the project any more.
export function account(project, left) {
  const here = session();
  if (!here || !here.projects.includes(project)) {
    return button(t("sign out"), () => {
      forget(project);
      left();
    });
  }
  const name = here.person.replace(/@.*/, "");
  return button(name, () => show(here, project, left), { class: "person", title: here.person, "aria-haspopup": "dialog" });
}

function show(here, project, left) {
  const error = h("p", { class: "error", role: "alert" });
  const dialog = h("dialog", { class: "account", "aria-labelledby": "account-title" });
  async function leave(path) {
    try {
      await called("DELETE", path, undefined, here.token);
    } catch (problem) {
      // Who is out already has what they want.
      if (problem.status !== 401 && problem.status !== 403) return fill(error, problem.message);
    }
    dialog.close();
    end();
    if (here.login && hasLogin()) return goToLogout();
    left();
  }
  const people = here.role === "admin" && h("p", {}, h("a", { href: link(project, "people"), onclick: () => dialog.close() }, t("people")));
  dialog.append(
    h("h2", { id: "account-title" }, here.person),
    h("p", {}, t(`role ${here.role}`), " · ", here.projects.join(", ")),
    h("p", { class: "quiet" }, t("signed in until", { time: clock(here.expires_at) })),
    people || "",
    error,
    h("p", { class: "tools" }, button(t("sign out"), () => leave("session"), { class: "main" }), button(t("sign out everywhere"), () => leave("sessions")), button(t("cancel"), () => dialog.close())),
  );
  openDialog(dialog);
}

// Sign in: at the sign-in page, or with a key of Linewatch.

import { described } from "./api.js";
import { button, fill, h, prose } from "./dom.js";
import { goToLogin, hasLogin } from "./login.js";
import { remember } from "./session.js";
import { t } from "./words.js";

const FORM = /^lw_[A-Za-z0-9-]{1,64}_[A-Za-z0-9_-]{1,128}[0-9a-f]{8}$/;

// Check a key and keep it; the project that it opens. Throws what is wrong, in words.
async function signIn(key, wanted = "") {
  if (!FORM.test(key)) throw new Error(t("not a key"));
  const found = await described(key);
  if (!found) throw new Error(t("key not valid"));
  if (found.role === "camera") throw new Error(t("key of a camera"));
  if (wanted && found.project !== wanted) throw new Error(t("key of another project", { project: wanted }));
  remember(found.project, key, found.role);
  return found.project;
}

// The view. `reason` says why it is shown; `then(project)` goes on.
export function signInView(wanted, reason, then) {
  const title = wanted ? t("sign in to", { project: wanted }) : t("sign in to Linewatch");
  const form = keyForm(wanted, hasLogin() ? "" : reason, then);
  if (!hasLogin()) form.prepend(h("h1", {}, title));
  const byKey = hasLogin() ? h("details", {}, h("summary", {}, t("use a key")), form) : form;
  const login = hasLogin() && [
    h("h1", {}, title),
    h("p", { class: "error", role: "alert" }, reason),
    button(t("sign in by e-mail"), goToLogin, { class: "main" }),
    h("p", { class: "quiet" }, t("login hint")),
  ];
  return h("main", { class: "center" }, h("div", { class: "sign-in" }, login, byKey));
}

// The form that takes a key.
export function keyForm(wanted, reason, then) {
  const input = h("input", {
    id: "key",
    type: "password",
    autocomplete: "current-password",
    spellcheck: "false",
    required: true,
    placeholder: "lw_…",
    "aria-describedby": "key-error key-hint",
  });
  const error = h("p", { id: "key-error", class: "error", role: "alert" }, reason);
  const submit = h("button", { class: hasLogin() ? "" : "main" }, t("sign in"));
  async function onsubmit(event) {
    event.preventDefault();
    submit.disabled = true;
    try {
      then(await signIn(input.value.trim(), wanted));
    } catch (problem) {
      fill(error, problem.message);
      submit.disabled = false;
      input.focus();
    }
  }
  const hint = h("p", { id: "key-hint", class: "quiet" }, prose(t("key hint")));
  if (!hasLogin()) queueMicrotask(() => input.focus());
  return h("form", { class: "sign-in", onsubmit }, error, h("label", { for: "key" }, t("your key")), input, submit, hint);
}

// Sign in with a key of Linewatch.

import { described } from "./api.js";
import { fill, h, prose } from "./dom.js";
import { remember } from "./session.js";
import { t } from "./words.js";

const FORM = /^lw_[A-Za-z0-9-]{1,64}_[A-Za-z0-9_-]{1,128}[0-9a-f]{8}$/;

// Check a key and keep it; the project that it opens. Throws what is wrong, in words.
export async function signIn(key, wanted = "") {
  if (!FORM.test(key)) throw new Error(t("not a key"));
  const found = await described(key);
  if (!found) throw new Error(t("key not valid"));
  if (found.role === "camera") throw new Error(t("key of a camera"));
  if (wanted && found.project !== wanted) throw new Error(t("key of another project", { project: wanted }));
  remember(found.project, key);
  return found.project;
}

// The view. `reason` says why it is shown; `then(project)` goes on.
export function signInView(wanted, reason, then) {
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
  const submit = h("button", { class: "main" }, t("sign in"));
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
  const title = wanted ? t("sign in to", { project: wanted }) : t("sign in to Linewatch");
  const form = h(
    "form",
    { class: "sign-in", onsubmit },
    h("h1", {}, title),
    error,
    h("label", { for: "key" }, t("your key")),
    input,
    submit,
    h("p", { id: "key-hint", class: "quiet" }, prose(t("key hint"))),
  );
  queueMicrotask(() => input.focus());
  return h("main", { class: "center" }, form);
}

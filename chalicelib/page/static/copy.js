// A button that copies a text; browsers refuse it on an address without TLS.

import { button, fill } from "./dom.js";
import { t } from "./words.js";

export function copyButton(text) {
  const copy = button(t("copy"), () =>
    Promise.resolve(navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"))).then(
      () => fill(copy, t("copied")),
      () => fill(copy, t("copy by hand")),
    ),
  );
  return copy;
}

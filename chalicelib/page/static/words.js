// The language of the page: that of the browser, or the one chosen here.

import en from "./en.js";
import enModels from "./en-models.js";
import enAdmin from "./en-admin.js";
import enReview from "./en-review.js";
import de from "./de.js";
import deModels from "./de-models.js";
import deAdmin from "./de-admin.js";
import deReview from "./de-review.js";

const LANGUAGES = { en: { ...en, ...enModels, ...enAdmin, ...enReview }, de: { ...de, ...deModels, ...deAdmin, ...deReview } };
const CHOSEN = "linewatch.language";

function first() {
  const wanted = [localStorage.getItem(CHOSEN), ...navigator.languages.map((each) => each.slice(0, 2))];
  return wanted.find((each) => each in LANGUAGES) || "en";
}

export const language = first();
export const others = Object.keys(LANGUAGES).filter((each) => each !== language);
// With which times and numbers are written: English as in the browser's own country.
export const locale = navigator.languages.find((each) => each.startsWith(language)) || language;
document.documentElement.lang = language;

// The text of `key`; `{name}` in it is replaced by `values.name`.
export function t(key, values = {}) {
  const text = LANGUAGES[language][key];
  if (text === undefined) throw new Error(`there is no text ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function choose(chosen) {
  localStorage.setItem(CHOSEN, chosen);
  location.reload();
}

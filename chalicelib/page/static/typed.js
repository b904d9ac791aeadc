// What a person has typed and not sent yet. It stays through errors, signing in again, and a look at another view, until
// another person signs in.

const FIELDS = "input:not([type=file]), textarea, select";

const fields = (root) => [...root.querySelectorAll(FIELDS)];

function isTyped(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT") return field.selectedIndex !== Math.max(0, [...field.options].findIndex((each) => each.defaultSelected));
  return field.value !== field.defaultValue;
}

// Whether there is something typed in a view, or a question is open.
export function anyTyped(root) {
  return document.querySelector("dialog[open]:not(.again)") !== null || fields(root).some(isTyped);
}

const kept = new Map();

// A field whose content belongs to something else each time has `data-passing`.
const isKept = (field) => field.id && !("passing" in field.dataset) && field.matches("input:not([type]), input[type=email], textarea");

// Keep the texts of a view that somebody leaves, by the view's address.
export function keep(address, root) {
  const texts = fields(root).filter((each) => isKept(each) && isTyped(each)).map((each) => [each.id, each.value]);
  if (texts.length) kept.set(address, new Map(texts));
  else kept.delete(address);
}

// Keep the answers to a question, all of them if one is typed; without its dialog they are forgotten.
export function keepAnswers(question, dialog) {
  const all = dialog ? fields(dialog) : [];
  if (all.some(isTyped)) kept.set(question, all.map((each) => (each.type === "checkbox" ? each.checked : each.value)));
  else kept.delete(question);
}

// Give a question that somebody asks again its answers. A field that appears in it later begins anew.
export function restoreAnswers(question, dialog) {
  const answers = kept.get(question);
  for (const [at, field] of answers ? fields(dialog).entries() : []) {
    field[field.type === "checkbox" ? "checked" : "value"] = answers[at];
    for (const event of ["input", "change"]) field.dispatchEvent(new Event(event, { bubbles: true }));
  }
}

export const forgetTyped = () => kept.clear();

// Give a view that somebody comes back to its texts.
export function restore(address, root) {
  const texts = kept.get(address);
  for (const field of texts ? fields(root) : []) {
    if (!isKept(field) || !texts.has(field.id) || isTyped(field)) continue;
    field.value = texts.get(field.id);
    const more = field.closest("details");
    if (more) more.open = true;
  }
}

// Elements of the page. Texts become text nodes, never HTML.

const SVG = "http://www.w3.org/2000/svg";

// A click or a submission counts once: until what it does has ended, others are as if they had not been.
function single(work) {
  let busy = false;
  return async (event) => {
    if (busy) return event.preventDefault();
    busy = true;
    try {
      await work(event);
    } finally {
      busy = false;
    }
  };
}

const SINGLE = ["onclick", "onsubmit"];

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), SINGLE.includes(name) ? single(value) : value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

// Put `children` in place of what is in `element`, without touching what stays the same object.
export function fill(element, ...children) {
  const wanted = children.flat(3).filter((child) => child !== null && child !== undefined && child !== false);
  element.replaceChildren(...wanted);
  return element;
}

export function button(text, onclick, attributes = {}) {
  return h("button", { type: "button", onclick, ...attributes }, text);
}

// A text in which `commands` stand between backticks.
export function prose(text) {
  return text.split("`").map((part, at) => (at % 2 ? h("code", {}, part) : part));
}

// Names and values.
export function named(rows) {
  return h("dl", { class: "details" }, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

// Show a dialog over the page. It is gone once it is closed.
export function openDialog(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

// Watches elements, and does its work with each once when it comes so near to the screen. A browser's own lazy loading begins some
// 30 rows before that, and each row may be a whole image. The upper ones are asked for last, and so come first.
export function whenNear(margin, work) {
  const watch = (entries, observer) => {
    for (const { target, isIntersecting } of entries.reverse()) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      work(target);
    }
  };
  return new IntersectionObserver(watch, { rootMargin: margin });
}

// An inspected image, whole and as large as its place allows, with boxes and heat map on it.

import { h, svg, whenNear } from "./dom.js";
import { OF_LIST, OF_SCREEN, sourceOf } from "./picture-source.js";
import { t } from "./words.js";
import { word } from "./verdicts.js";

const BOXES = "linewatch.boxes";
const LEVEL = 128;
const CLEAR = 80;

export const boxesShown = () => localStorage.getItem(BOXES) !== "no";

export function toggleBoxes() {
  localStorage.setItem(BOXES, boxesShown() ? "no" : "yes");
  document.body.classList.toggle("no-boxes", !boxesShown());
}

function described(inspection) {
  const spots = inspection.boxes.length;
  return t(spots ? "picture with spots" : "picture", {
    verdict: word(inspection.verdict),
    line: inspection.line,
    camera: inspection.camera,
    spots,
  });
}

function box([left, top, right, bottom], at) {
  const place = { x: left, y: top, width: right - left, height: bottom - top };
  const kind = at ? "box" : "box worst";
  return [svg("rect", { class: "halo", ...place }), svg("rect", { class: kind, ...place })];
}

// The figure, whose heat map comes with `toggleHeat`.
export class Picture {
  constructor(api, inspection) {
    this.api = api;
    this.inspection = inspection;
    this.width = inspection.width || 400;
    this.height = inspection.height || 300;
    const size = { width: this.width, height: this.height };
    this.image = svg("image", size);
    this.heat = svg("image", { ...size, class: "heat", preserveAspectRatio: "none" });
    this.drawing = svg(
      "svg",
      { viewBox: `0 0 ${this.width} ${this.height}`, role: "img", "aria-label": described(inspection) },
      this.image,
      this.heat,
      svg("g", { class: "boxes" }, inspection.boxes.map(box)),
    );
    this.element = h("figure", { class: `picture ${inspection.verdict}` }, this.drawing);
    this.image.addEventListener("error", () => this.failed());
    this.element.addEventListener("mouseenter", () => this.hover(true));
    this.element.addEventListener("mouseleave", () => this.hover(false));
    this.load();
  }

  async load(fresh = false) {
    try {
      this.image.setAttribute("href", await sourceOf(this.api, this.inspection, OF_SCREEN, fresh));
    } catch (error) {
      this.note(t(error.status === 404 ? "image gone" : "image not loaded"));
    }
  }

  failed() {
    if (!this.tried) return this.load((this.tried = true));
    this.image.remove();
    this.note(t("image gone"));
  }

  note(text) {
    this.element.querySelector(".note")?.remove();
    this.element.append(h("p", { class: "note" }, text));
  }

  get hasHeat() {
    return this.inspection.anomaly_probability !== null;
  }

  hover(on) {
    if (matchMedia("(hover: hover)").matches) this.show(on || this.kept);
  }

  toggleHeat() {
    this.kept = !this.kept;
    return this.show(this.kept);
  }

  async show(on) {
    this.wanted = on && this.hasHeat;
    if (this.wanted && !this.heat.hasAttribute("href")) await this.loadHeat();
    this.element.classList.toggle("hot", Boolean(this.wanted));
  }

  async loadHeat() {
    try {
      const blob = await this.api.picture(`inspections/${this.inspection.inspection_id}/map`);
      this.heat.setAttribute("href", await coloured(blob));
    } catch (error) {
      this.note(t(error.status === 404 ? "no heat map" : "image not loaded"));
    }
  }
}

// The grey map in colours: what is usual is clear, the level at which boxes are drawn is yellow, twice that is red.
async function coloured(blob) {
  const bitmap = await createImageBitmap(blob);
  const canvas = h("canvas", { width: bitmap.width, height: bitmap.height });
  const context = canvas.getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const pixels = context.getImageData(0, 0, bitmap.width, bitmap.height);
  for (let at = 0; at < pixels.data.length; at += 4) {
    const level = pixels.data[at];
    const over = Math.max(0, (level - LEVEL) / (255 - LEVEL));
    const shown = Math.min(1, Math.max(0, (level - CLEAR) / (LEVEL - CLEAR)));
    pixels.data.set([255, Math.round(190 * (1 - over)), 0, Math.round(90 * shown + 90 * over)], at);
  }
  context.putImageData(pixels, 0, 0);
  return canvas.toDataURL();
}

const seen = whenNear("120px", load);
const unseen = new WeakMap();

async function load(image) {
  image.classList.remove("missing");
  try {
    image.setAttribute("src", await unseen.get(image)());
  } catch {
    image.classList.add("missing");
  }
}

// Those that did not come are asked for once more when the browser has a network again.
addEventListener("online", () => {
  for (const image of document.querySelectorAll(".thumbnail.missing")) seen.observe(image);
});

// A small one for a list. It is decoration beside the words: the list says all that it shows.
export function thumbnail(api, inspection) {
  const image = h("img", { class: "thumbnail", alt: "", decoding: "async" });
  unseen.set(image, () => sourceOf(api, inspection, OF_LIST));
  seen.observe(image);
  image.addEventListener("error", () => image.classList.add("missing"));
  return image;
}

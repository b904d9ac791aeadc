// An image of a data set as a small picture with its label, which may be selected.

import { fill, h } from "./dom.js";
import { mark } from "./verdicts.js";
import { t } from "./words.js";

// A picture that is shown keeps its address for some minutes, so that it is not loaded again.
const USED = 600000;
const links = new Map();

function addressOf({ source, url }) {
  const known = links.get(source);
  if (known?.until > Date.now()) return known.url;
  links.set(source, { url, until: Date.now() + USED });
  return url;
}

const MARKS = { normal: "normal", anomaly: "anomalous" };

export class ImageTile {
  // `choose` is called when it is selected or not any more; null if nobody may.
  constructor(image, { note, choose }) {
    this.image = image;
    const picture = h("img", { alt: "", src: addressOf(image), loading: "lazy", decoding: "async" });
    const frame = h("span", { class: "tile" }, picture);
    picture.addEventListener("error", () => fill(frame, h("span", { class: "note" }, t("image gone"))));
    this.box = h("input", { type: "checkbox", hidden: !choose, "aria-label": `${image.file}, ${labelOf(image)}`, onchange: choose });
    const label = h("span", { class: image.label ? MARKS[image.label] : "quiet" }, image.label && [mark(MARKS[image.label]), " "], labelOf(image));
    this.element = h(
      "li",
      {},
      h("label", { class: "pick" }, frame, h("span", { class: "says" }, this.box, label, image.has_mask && h("span", { class: "quiet" }, ` · ${t("with mask")}`)), h("span", { class: "quiet file", title: image.file }, image.file)),
      note && h("span", { class: "warning" }, note),
      h("a", { class: "large", href: image.url, target: "_blank", rel: "noopener noreferrer", title: t("whole image") }, h("span", { class: "unseen" }, `${t("whole image")}: ${image.file}`), h("span", { "aria-hidden": "true" }, "⤢")),
    );
  }

  get chosen() {
    return this.box.checked;
  }

  choose(on) {
    this.box.checked = on;
  }
}

function labelOf({ label, kind }) {
  if (!label) return t("without label");
  return kind ? `${t(`label ${label}`)}: ${kind}` : t(`label ${label}`);
}

// An image of a data set as a small picture with its label, which may be selected.

import { h } from "./dom.js";
import { kept } from "./picture-source.js";
import { openLater } from "./place.js";
import { tilePicture } from "./tile-picture.js";
import { mark } from "./verdicts.js";
import { t } from "./words.js";

const MARKS = { normal: "normal", anomaly: "anomalous" };

export class ImageTile {
  // `choose` is called when it is selected or not any more; null if nobody may.
  constructor(image, pictures, { note, choose }) {
    Object.assign(this, { image, pictures });
    const frame = tilePicture(() => pictures.small(image));
    this.box = h("input", { type: "checkbox", hidden: !choose, "aria-label": `${image.file}, ${labelOf(image)}`, onchange: choose });
    const label = h("span", { class: image.label ? MARKS[image.label] : "quiet" }, image.label && [mark(MARKS[image.label]), " "], labelOf(image));
    this.element = h(
      "li",
      {},
      h("label", { class: "pick" }, frame, h("span", { class: "says" }, this.box, label, image.has_mask && h("span", { class: "quiet" }, ` · ${t("with mask")}`)), h("span", { class: "quiet file", title: image.file }, image.file)),
      note && h("span", { class: "warning" }, note),
      h("a", { class: "large", href: image.url, target: "_blank", rel: "noopener noreferrer", title: t("whole image"), onclick: (event) => this.open(event) }, h("span", { class: "unseen" }, `${t("whole image")}: ${image.file}`), h("span", { "aria-hidden": "true" }, "⤢")),
    );
  }

  // The link of a list that was read long ago has ended.
  async open(event) {
    const { source } = this.image;
    if (kept(source)) {
      event.currentTarget.href = kept(source);
      return;
    }
    event.preventDefault();
    this.trouble?.remove();
    try {
      await openLater(() => this.pictures.whole(source));
    } catch {
      this.trouble = h("span", { class: "warning", role: "alert" }, t("image not loaded"));
      this.element.append(this.trouble);
    }
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

// Add images to a data set by drag and drop: first say what they show, then drop them.

import { button, fill, h } from "./dom.js";
import { number } from "./format.js";
import { Upload } from "./upload.js";
import { bar } from "./versions.js";
import { t } from "./words.js";

const NAMED = 20;

// What goes on does so while a person looks elsewhere.
const running = new Map();

export class AddImages {
  constructor(view) {
    this.view = view;
    this.input = h("input", { id: "files", type: "file", multiple: true, accept: "image/jpeg,image/png", onchange: () => this.take(this.input.files) });
    this.labels = ["normal", "anomaly"].map((each) => h("input", { type: "radio", name: "label", value: each, id: `label-${each}`, checked: each === "normal", onchange: () => this.draw() }));
    this.kind = h("input", { id: "kind", maxlength: 64, autocomplete: "off", placeholder: t("kind of defect"), "aria-label": t("kind of defect") });
    this.progress = h("div", { class: "progress", role: "status" });
    const choices = this.labels.map((each) => h("label", { class: "check", for: each.id }, each, t(`label ${each.value}`)));
    this.drop = h("div", { class: "drop" }, h("fieldset", { class: "tools" }, h("legend", {}, t("they show")), choices, this.kind), h("p", {}, t("drop images here"), " ", h("label", { class: "main", for: "files" }, t("choose images"))), this.input);
    this.element = h("details", { class: "add", open: running.has(view.path) }, h("summary", {}, t("add images")), this.drop, this.progress);
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) addEventListener(name, this);
    this.upload = running.get(view.path);
    if (this.upload) this.upload.changed = () => this.follow();
    this.draw();
    this.follow();
  }

  // A file that is dropped anywhere on the page is meant for the data set, and never opens in its place.
  handleEvent(event) {
    if (!this.element.isConnected) return this.view.stopped && this.forget();
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.element.open = true;
    this.drop.classList.toggle("over", event.type !== "drop" && event.type !== "dragleave");
    if (event.type === "drop") this.take(event.dataTransfer.files);
  }

  forget() {
    for (const name of ["dragenter", "dragover", "dragleave", "drop"]) removeEventListener(name, this);
  }

  get label() {
    return this.labels.find((each) => each.checked).value;
  }

  draw() {
    this.kind.hidden = this.label === "normal";
  }

  take(files) {
    if (!files.length || (this.upload && !this.upload.ended)) return;
    const kind = this.label === "anomaly" ? this.kind.value.trim() : "";
    const said = { label: this.label, ...(kind && { kind }) };
    this.upload = new Upload(this.view.api, this.view.path, said, files, () => this.follow());
    running.set(this.view.path, this.upload);
    this.upload.run();
    this.input.value = "";
    this.follow();
  }

  follow() {
    const { upload } = this;
    if (!upload) return;
    const { done, total, bad, added, present, ended, stopped } = upload;
    const values = { done: number(done), total: number(total) };
    const named = bad.slice(0, NAMED).map((each) => h("li", {}, each));
    if (bad.length > NAMED) named.push(h("li", {}, t("and more", { n: number(bad.length - NAMED) })));
    fill(
      this.progress,
      !ended && [bar(done / Math.max(1, total), t("uploading", values)), h("p", { class: "tools" }, t("uploading", values), button(t("cancel"), () => upload.stop()))],
      ended && h("p", {}, t("were added", { n: number(added) }), present > 0 && ` ${t("were present", { n: number(present) })}`),
      stopped && h("p", { class: "error" }, t("upload stopped", { message: stopped })),
      bad.length > 0 && [h("p", { class: "error" }, t("bad files", { n: number(bad.length) })), h("ul", { class: "bad" }, named)],
    );
    if (ended && running.delete(this.view.path) && !this.view.stopped) this.view.refresh().catch(this.view.failed);
  }
}

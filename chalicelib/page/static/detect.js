// One-time detection: drop an image, see the verdict, and how a program asks for the same.

import { address } from "./api.js";
import { copyButton } from "./copy.js";
import { fill, h, svg } from "./dom.js";
import { digits, number, percent } from "./format.js";
import { modelsOf, PREFIX } from "./hosting.js";
import { link } from "./place.js";
import { mark, word } from "./verdicts.js";
import { t } from "./words.js";

const LARGEST = 4500000;
const TYPES = ["image/jpeg", "image/png"];
const MASK = "X-Linewatch-Anomaly-Mask";

export class Detect {
  constructor(context) {
    Object.assign(this, context);
    this.input = h("input", { id: "file", type: "file", accept: TYPES.join(), onchange: () => this.take(this.input.files[0]) });
    this.drop = h("div", { class: "drop" }, h("p", {}, t("drop here")), h("label", { class: "main", for: "file" }, t("choose image")), this.input);
    this.result = h("section", { class: "result", "aria-live": "polite" });
    this.version = h("select", { id: "version" });
    this.element = h(
      "main",
      { class: "detect loading" },
      h("h1", {}, t("one-time detection")),
      h("p", { class: "quiet" }, t("nothing stored")),
      h("p", {}, h("label", { for: "version" }, t("by version")), " ", this.version),
      this.drop,
      this.result,
    );
    for (const name of ["dragover", "dragleave", "drop"]) this.element.addEventListener(name, (event) => this.dragged(event));
  }

  get keys() {
    return [
      ["o", t("choose image"), () => this.input.click()],
      ["h", t("key heat"), () => this.result.classList.toggle("no-mask")],
    ];
  }

  async start() {
    const models = (await modelsOf(this.api)) || [];
    const hosted = models.filter((each) => each.Status === "HOSTED").map((each) => each.ModelVersion);
    this.element.classList.remove("loading");
    fill(this.version, hosted.map((each) => h("option", { value: each }, each)));
    if (hosted.length) return;
    fill(this.drop, h("div", { class: "empty" }, h("h2", {}, t("model stopped")), h("p", {}, t("start first"), " ", h("a", { href: link(this.project, "models") }, t("models")))));
  }

  stop() {}

  dragged(event) {
    event.preventDefault();
    this.drop.classList.toggle("over", event.type === "dragover");
    if (event.type === "drop") this.take(event.dataTransfer.files[0]);
  }

  // Forgotten at once, so that the same file can be chosen again.
  async take(file) {
    if (!file || !this.version.value) return;
    this.input.value = "";
    if (!TYPES.includes(file.type)) return this.refuse(t("not an image"));
    if (file.size > LARGEST) return this.refuse(t("too large"));
    fill(this.result, h("p", { class: "quiet" }, t("inspecting", { name: file.name })));
    const path = `${PREFIX}/${this.project}/models/${this.version.value}/detect`;
    const began = performance.now();
    try {
      const headers = { "Content-Type": file.type, [MASK]: "true" };
      const response = await this.api.call("POST", path, { body: file, headers });
      const answer = await response.json();
      this.show(file, path, answer, Math.round(performance.now() - began));
    } catch (error) {
      if (error.status === undefined) return this.failed(error);
      this.refuse(error.message);
    }
  }

  refuse(message) {
    fill(this.result, h("p", { class: "error", role: "alert" }, message));
  }

  show(file, path, answer, milliseconds) {
    const found = answer.DetectAnomalyResult;
    const verdict = found.IsAnomalous ? "anomalous" : "normal";
    const shares = (found.Anomalies || []).filter((each) => each.Name !== "background");
    fill(
      this.result,
      pictureOf(file, found),
      h(
        "div",
        { class: "about" },
        h("h2", {}, h("span", { class: `badge ${verdict}` }, mark(verdict), h("span", {}, word(verdict)), h("span", { class: "figure" }, digits(found.Confidence, 2)))),
        h("p", { class: "quiet" }, t("took", { ms: number(milliseconds), name: file.name })),
        shares.map((each) => h("p", {}, t("unusual share", { share: percent(each.PixelAnomaly.TotalPercentageArea) }))),
        code(t("response"), JSON.stringify(shortened(answer), null, 2), JSON.stringify(answer, null, 2)),
        code(t("request"), JSON.stringify(request(file, path), null, 2)),
        code("curl", curl(file, path)),
      ),
    );
  }
}

// The mask is white where the image is usual: multiplied, only the rest is seen.
function pictureOf(file, found) {
  const url = URL.createObjectURL(file);
  const drawing = svg("svg", { role: "img", "aria-label": file.name });
  const figure = h("figure", { class: "picture" }, drawing);
  const image = new Image();
  image.addEventListener("load", () => {
    const size = { width: image.naturalWidth, height: image.naturalHeight };
    drawing.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    drawing.append(svg("image", { ...size, href: url }));
    if (found.AnomalyMask) drawing.append(svg("image", { ...size, class: "mask", href: `data:image/png;base64,${found.AnomalyMask}` }));
  });
  image.src = url;
  return figure;
}

function shortened(answer) {
  const { AnomalyMask: mask, ...rest } = answer.DetectAnomalyResult;
  const result = mask ? { ...rest, AnomalyMask: `${mask.slice(0, 24)}… (${number(mask.length)})` } : rest;
  return { ...answer, DetectAnomalyResult: result };
}

function request(file, path) {
  const headers = { Authorization: "Bearer <your key>", "Content-Type": file.type, [MASK]: "true" };
  return { method: "POST", url: address(path).href, headers, body: `<${file.name}, ${file.size} bytes>` };
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

function curl(file, path) {
  return [
    `curl -X POST ${quoted(address(path).href)}`,
    '  -H "Authorization: Bearer $LINEWATCH_KEY"',
    `  -H 'Content-Type: ${file.type}'`,
    `  -H '${MASK}: true'`,
    `  --data-binary ${quoted(`@${file.name}`)}`,
  ].join(" \\\n");
}

function code(title, text, whole = text) {
  return h("section", { class: "code" }, h("h3", {}, title), copyButton(whole), h("pre", { tabindex: "0" }, h("code", {}, text)));
}

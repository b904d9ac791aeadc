// The review queue: one image at a time, large, with why it waits; an answer by one key or one thumb, and the next.

import { SignedOut } from "./api.js";
import { button, fill, h } from "./dom.js";
import { number, time } from "./format.js";
import { frequentKinds, withKind } from "./kinds.js";
import { Picture, toggleBoxes } from "./picture.js";
import { link } from "./place.js";
import { Region } from "./region.js";
import { insist, once } from "./repeat.js";
import { Sample } from "./sample.js";
import { OPERATORS } from "./session.js";
import { sureness } from "./sure.js";
import { badge, confidence, mark, word } from "./verdicts.js";
import { Waiting } from "./waiting.js";
import { t } from "./words.js";

const REFRESHED = 30000;

export class Review {
  constructor(context) {
    Object.assign(this, context);
    this.waiting = new Waiting(this.api);
    this.sample = new Sample(context);
    this.kinds = [];
    this.kind = h("input", { id: "kind", maxlength: 64, autocomplete: "off", "data-passing": true });
    this.comment = h("input", { id: "comment", maxlength: 1000, autocomplete: "off", "data-passing": true });
    this.said = h("p", { class: "said", role: "status" });
    this.stage = h("section", { class: "stage", "aria-label": t("image") });
    this.about = h("section", { class: "about" });
    this.history = h("ul", { class: "history", "aria-label": t("answers so far"), hidden: true });
    this.element = h("main", { class: "review loading" }, h("h1", { class: "unseen" }, t("review")), this.stage, this.about, this.sample.element);
  }

  get keys() {
    return [
      ["d", t("it is defective"), () => this.give("anomalous")],
      ["f", t("it is fine"), () => this.give("normal")],
      ...this.kinds.map((kind, at) => [String(at + 1), t("key kind", { kind }), () => this.give("anomalous", kind)]),
      ["m", t("mark region"), () => this.mark()],
      ["s", t("later"), () => this.skip()],
      ["u", t("undo"), () => this.undo()],
      ["b", t("key boxes"), toggleBoxes],
      ["h", t("key heat"), () => this.picture && this.picture.toggleHeat()],
    ];
  }

  get mayAnswer() {
    return OPERATORS.includes(this.role);
  }

  async start() {
    [this.kinds] = await Promise.all([frequentKinds(this.api), this.waiting.load()]);
    this.rekey();
    this.element.classList.remove("loading");
    await this.show();
    this.refreshed = Date.now();
    insist(this, () => this.sample.load());
  }

  stop() {
    this.stopped = true;
  }

  // The image that waits first, and what people said of it that this person may see.
  async show() {
    this.item = this.waiting.first;
    this.kind.value = this.comment.value = "";
    this.picture = this.region = null;
    if (!this.item) return this.nothing();
    const { inspection } = this.item;
    this.picture = new Picture(this.api, inspection);
    this.region = new Region(this.picture, () => this.drawTools());
    this.tools = h("p", { class: "tools" });
    this.drawTools();
    fill(this.stage, this.picture.element, this.tools);
    this.draw();
    await this.look();
  }

  // How others see it now: the history, and the revision to answer to. What somebody is typing stays as it is.
  async look() {
    const { item } = this;
    const { inspection_id: id } = item.inspection;
    const history = await this.api.find(`inspections/${id}/review`);
    if (this.item !== item) return;
    if (!history) return this.gone(id);
    item.inspection.revision = history.revision;
    fill(this.history, history.answers.map(line));
    this.history.hidden = !history.answers.length;
  }

  async gone(id) {
    await this.waiting.drop();
    await this.show();
    fill(this.said, t("image was removed", { id }));
  }

  draw() {
    const { because, inspection } = this.item;
    this.history.hidden = true;
    const { count, more } = this.waiting.size;
    const left = t(more ? "more wait" : count === 1 ? "last waits" : "so many wait", { n: number(count) });
    fill(
      this.about,
      h("p", { class: "quiet" }, left),
      h("h2", {}, t(`because ${because}`, { sure: confidence(inspection) })),
      h("p", {}, t("machine says"), " ", badge(inspection)),
      h("p", {}, inspection.reason ? t("reason", inspection) : sureness(inspection)),
      h("p", { class: "quiet" }, t("captured at", inspection), " ", time(inspection.captured_at), " · ", h("a", { href: link(this.project, "inspections", inspection.inspection_id) }, inspection.image_id)),
      this.history,
      this.mayAnswer ? this.form() : h("p", { class: "quiet" }, t("only operators answer", { role: this.role })),
      this.said,
    );
  }

  form() {
    const choose = (label, text) => button([mark(label), " ", h("span", {}, t(text))], () => this.give(label), { class: `give-${label}` });
    const kinds = this.kinds.map((kind) => button(kind, () => this.give("anomalous", kind)));
    return [
      kinds.length > 0 && h("div", { class: "kinds", role: "group", "aria-label": t("kind of defect") }, kinds),
      h("details", {}, h("summary", {}, t("say more")), h("label", { for: "kind" }, t("kind of defect")), this.kind, h("label", { for: "comment" }, t("comment")), this.comment),
      h("p", { class: "choices" }, choose("anomalous", "it is defective"), choose("normal", "it is fine")),
      h("p", { class: "tools" }, button(t("later"), () => this.skip()), this.last && button(t("undo"), () => this.undo())),
    ];
  }

  drawTools() {
    const { marking, sides } = this.region;
    fill(
      this.tools,
      button(t("heat map"), () => this.picture.toggleHeat()),
      button(t("boxes"), toggleBoxes),
      this.mayAnswer && button(t("mark region"), () => this.mark(), { "aria-pressed": String(Boolean(marking)) }),
      sides && button(t("no region"), () => this.region.clear()),
      h("span", { class: "quiet" }, sides ? t("region goes along") : marking && t("draw region")),
    );
  }

  mark() {
    if (!this.region || !this.mayAnswer) return;
    this.region.mark(!this.region.marking);
    this.drawTools();
  }

  nothing() {
    fill(this.stage);
    const look = button(t("look again"), () => this.again());
    fill(this.about, h("div", { class: "empty" }, h("h2", {}, t("nothing waits here")), h("p", {}, t("nothing waits hint")), h("p", { class: "tools" }, look, this.last && button(t("undo"), () => this.undo())), this.said));
  }

  async again() {
    await this.once(async () => {
      await this.waiting.load();
      await this.show();
    });
  }

  body(verdict, kind) {
    const body = { verdict, revision: this.item.inspection.revision };
    const [given, comment] = [kind || this.kind.value.trim(), this.comment.value.trim()];
    if (comment) body.comment = comment;
    if (verdict === "anomalous" && given) body.kind = given;
    if (verdict === "anomalous" && this.region.sides) body.region = this.region.sides;
    return body;
  }

  async give(verdict, kind = "") {
    if (!this.item || !this.mayAnswer) return;
    await this.once(async () => {
      const { item } = this;
      const body = this.body(verdict, kind);
      const { revision, counts, waits } = await this.api.post(`inspections/${item.inspection.inspection_id}/review`, body);
      this.last = { item, revision };
      if (body.kind) {
        this.kinds = withKind(this.kinds, body.kind);
        this.rekey();
      }
      await this.waiting.drop();
      await this.show();
      const state = counts ? "saved as" : waits === "disputed" ? "saved and disputed" : "saved for second";
      fill(this.said, t(state, { part: item.inspection.image_id, label: [word(verdict), body.kind].filter(Boolean).join(", ") }));
      this.refresh();
    });
  }

  async skip() {
    if (!this.item) return;
    await this.once(async () => {
      await this.waiting.skip();
      await this.show();
      fill(this.said);
    });
  }

  // Withdraw the last answer, and show its image again.
  async undo() {
    if (!this.last) return;
    await this.once(async () => {
      const { item, revision } = this.last;
      await this.api.remove(`inspections/${item.inspection.inspection_id}/review`, { revision });
      this.last = null;
      this.waiting.back(item);
      await this.show();
      fill(this.said, t("answer withdrawn"));
      this.refresh();
    });
  }

  // What the sample says changes slowly: ask for it again when nothing waits, or after a while.
  refresh() {
    if (this.item && Date.now() - this.refreshed < REFRESHED) return;
    this.refreshed = Date.now();
    insist(this, () => this.sample.load());
  }

  // A press that comes before the next image is shown cannot be about that image: it does not count.
  async once(work) {
    this.pressed = Boolean(this.busy);
    if (this.busy) return fill(this.said, t("still saving"));
    this.element.setAttribute("aria-busy", "true");
    await once(this, work, (error) => this.trouble(error));
    this.element.removeAttribute("aria-busy");
    if (this.pressed) this.said.append(" ", t("pressed too early"));
  }

  async trouble(error) {
    if (error instanceof SignedOut) return this.failed(error);
    if (error.code === "StaleRevision") await this.look();
    const text = error.code === "StaleRevision" ? t("somebody was faster") : error.message;
    fill(this.said, h("span", { class: "error" }, text));
  }
}

// What one person said; nothing of it while another one should look without knowing.
function line({ verdict, kind, comment, reviewed_by: by, reviewed_at: at, withdrawn_at: withdrawn }) {
  const said = verdict ? [word(verdict), kind, comment].filter(Boolean).join(" · ") : t("hidden answer");
  const text = [by, ", ", time(at), ": ", said];
  return h("li", { class: "quiet" }, withdrawn ? [h("s", {}, text), ` ${t("withdrawn")}`] : text);
}

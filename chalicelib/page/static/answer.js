// A person's answer to an image: what the part is, which defect, a comment, whether the line was stopped. The last one counts.

import { button, fill, h } from "./dom.js";
import { time } from "./format.js";
import { link } from "./place.js";
import { once } from "./repeat.js";
import { OPERATORS } from "./session.js";
import { mark, word } from "./verdicts.js";
import { t } from "./words.js";

const ANSWERS = {
  defect: { text: "it is defective", verdict: "anomalous" },
  fine: { text: "it is fine", verdict: "normal" },
  stopped: { text: "line stopped", verdict: "anomalous", action: "line_stopped" },
};

export class Answer {
  // `changed` is told the inspection as it is after an answer, or after somebody else's.
  constructor({ api, project, role }, inspection, changed) {
    Object.assign(this, { api, project, role, inspection, changed });
    this.kind = h("input", { id: "kind", maxlength: 64, autocomplete: "off" });
    this.comment = h("input", { id: "comment", maxlength: 1000, autocomplete: "off" });
    this.said = h("p", { role: "status" });
    this.buttons = Object.entries(ANSWERS).map(([name, { text, verdict, action }]) =>
      button([action ? h("span", { class: "stop", "aria-hidden": "true" }) : mark(verdict), h("span", {}, t(text))], () => this.give(name), { class: `answer-${name}` }),
    );
    this.element = h("section", { class: "answer", "aria-label": t("your answer") });
    this.draw();
  }

  get possible() {
    return OPERATORS.includes(this.role) && this.inspection.verdict !== "rejected";
  }

  draw() {
    const { review_label: label, review_kind: kind, review_comment: comment, review_action: action } = this.inspection;
    const { reviewed_by: by, reviewed_at: at } = this.inspection;
    const more = [kind, comment, action === "line_stopped" && t("line was stopped")].filter(Boolean);
    const before = label && h("p", {}, t("answered", { label: word(label), by }), " ", time(at), more.map((each) => ` · ${each}`));
    const fields = h("details", {}, h("summary", {}, t("say more")), h("label", { for: "kind" }, t("kind of defect")), this.kind, h("label", { for: "comment" }, t("comment")), this.comment);
    fill(this.element, before, this.possible && [fields, h("p", { class: "choices" }, this.buttons)], this.said);
  }

  async give(name) {
    if (!this.possible) return;
    await this.once(async () => {
      const { revision } = await this.api.post(this.path, this.body(ANSWERS[name]));
      this.mine = revision;
      await this.again(t("answer saved"), " ", button(t("undo"), () => this.undo()), await this.next());
    });
  }

  body({ verdict, action }) {
    const body = { verdict, revision: this.inspection.revision };
    if (verdict === "anomalous" && this.kind.value.trim()) body.kind = this.kind.value.trim();
    if (this.comment.value.trim()) body.comment = this.comment.value.trim();
    return action ? { ...body, action } : body;
  }

  // Withdraw the answer that was given here.
  async undo() {
    if (!this.mine) return;
    await this.once(async () => {
      await this.api.remove(this.path, { revision: this.mine });
      this.mine = null;
      await this.again(t("answer withdrawn"));
    });
  }

  get path() {
    return `inspections/${this.inspection.inspection_id}/review`;
  }

  once(work) {
    return once(this, work, async (error) => {
      if (error.code === "StaleRevision") await this.again(t("somebody was faster"));
      else fill(this.said, h("span", { class: "error" }, error.message));
    });
  }

  // Show the inspection as it is now.
  async again(...said) {
    this.inspection = await this.api.get(`inspections/${this.inspection.inspection_id}`);
    this.changed(this.inspection);
    this.draw();
    fill(this.said, ...said);
  }

  // The next image of the line that waits for an answer.
  async next() {
    const { line, inspection_id: id } = this.inspection;
    const { waiting } = await this.api.get("reviews/waiting", { line, limit: 2 });
    const other = waiting.map((each) => each.inspection).find((each) => each.inspection_id !== id);
    return [" ", other ? h("a", { href: link(this.project, "inspections", other.inspection_id) }, t("next waiting")) : t("nothing waits")];
  }
}

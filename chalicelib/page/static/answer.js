// A person's answer to an image: what the part is, which defect, a comment. The last answer counts.

import { button, fill, h } from "./dom.js";
import { time } from "./format.js";
import { link } from "./place.js";
import { mark, word } from "./verdicts.js";
import { t } from "./words.js";

const MAY_ANSWER = ["operator", "admin"];
const LABELS = { anomalous: "it is defective", normal: "it is fine" };

export class Answer {
  // `changed` is told the inspection as it is after an answer, or after somebody else's.
  constructor({ api, project, role }, inspection, changed) {
    Object.assign(this, { api, project, role, inspection, changed });
    this.kind = h("input", { id: "kind", maxlength: 64, autocomplete: "off" });
    this.comment = h("input", { id: "comment", maxlength: 1000, autocomplete: "off" });
    this.said = h("p", { role: "status" });
    this.buttons = Object.entries(LABELS).map(([label, text]) =>
      button([mark(label), " ", t(text)], () => this.give(label), { class: `answer-${label}` }),
    );
    this.element = h("section", { class: "answer", "aria-label": t("your answer") });
    this.draw();
  }

  get possible() {
    return MAY_ANSWER.includes(this.role) && this.inspection.verdict !== "rejected";
  }

  draw() {
    const { review_label: label, review_kind: kind, review_comment: comment, reviewed_by: by, reviewed_at: at } = this.inspection;
    const before = label && h("p", {}, t("answered", { label: word(label), by }), " ", time(at), [kind, comment].filter(Boolean).map((each) => ` · ${each}`));
    const more = h("details", {}, h("summary", {}, t("say more")), h("label", { for: "kind" }, t("kind of defect")), this.kind, h("label", { for: "comment" }, t("comment")), this.comment);
    fill(this.element, before, this.possible && [h("p", { class: "choices" }, this.buttons), more], this.said);
  }

  async give(verdict) {
    if (!this.possible || this.busy) return;
    this.busy = true;
    const body = { verdict, revision: this.inspection.revision };
    if (verdict === "anomalous" && this.kind.value.trim()) body.kind = this.kind.value.trim();
    if (this.comment.value.trim()) body.comment = this.comment.value.trim();
    try {
      await this.api.post(`inspections/${this.inspection.inspection_id}/review`, body);
      await this.again(t("answer saved"), await this.next());
    } catch (error) {
      if (error.code !== "StaleRevision") fill(this.said, h("span", { class: "error" }, error.message));
      else await this.again(t("somebody was faster"));
    }
    this.busy = false;
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

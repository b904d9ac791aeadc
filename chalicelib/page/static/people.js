// People: who may sign in to which projects. For admins.

import { ask } from "./ask.js";
import { button, fill, h } from "./dom.js";
import { session } from "./session.js";
import { locale, t } from "./words.js";

const ROLES = ["viewer", "operator", "admin"];

export class People {
  constructor(context) {
    Object.assign(this, context);
    this.said = h("p", { role: "status" });
    this.list = h("section", {});
    this.element = h("main", { class: "people loading" }, h("h1", {}, t("people")));
    if (this.role === "admin") this.element.append(this.form(), this.said, this.list);
    else this.element.append(h("p", {}, t("people for admins")));
  }

  get keys() {
    return [];
  }

  get mine() {
    return session()?.projects || [this.project];
  }

  stop() {}

  async start() {
    if (this.role === "admin") await this.refresh();
    this.element.classList.remove("loading");
  }

  async refresh() {
    const { people } = await this.api.get("people");
    const head = ["person", "role", "projects", "standing"].map((each) => h("th", { scope: "col" }, t(each)));
    if (!people.length) return fill(this.list, h("p", { class: "quiet" }, t("nobody invited")));
    fill(this.list, h("table", {}, h("thead", {}, h("tr", {}, head, h("td", {}))), h("tbody", {}, people.map((each) => this.row(each)))));
  }

  row(person) {
    const self = person.name === session()?.person;
    const name = h("th", { scope: "row" }, person.name, self && h("span", { class: "quiet" }, " ", t("you")));
    const standing = h("td", {}, t(`standing ${person.standing}`), " ", h("span", { class: "quiet" }, new Date(person.since).toLocaleDateString(locale, { dateStyle: "medium" })));
    const actions = [button(t("change"), () => this.change(person), { "aria-label": t("change of", person) }), ...(self ? [] : this.endings(person))];
    return h("tr", {}, name, h("td", {}, t(`role ${person.role}`)), h("td", {}, person.projects.join(", ")), standing, h("td", {}, h("span", { class: "tools" }, actions)));
  }

  endings(person) {
    const off = person.standing === "disabled";
    const toggle = () => this.api.put(this.path(person), { enabled: off });
    const remove = () => this.api.remove(this.path(person));
    return [
      button(t(off ? "enable" : "disable"), () => (off ? this.tried(toggle) : this.sure("disable", person, toggle)), { "aria-label": t(off ? "enable of" : "disable of", person) }),
      button(t("remove"), () => this.sure("remove", person, remove), { "aria-label": t("remove of", person) }),
    ];
  }

  path({ name }) {
    return `people/${encodeURIComponent(name)}`;
  }

  sure(what, person, work) {
    ask(t(`${what} of`, person), h("p", {}, t(`${what} hint`)), t(what), () => this.done(work));
  }

  change(person) {
    const role = roleChoice(person.role, "new-role");
    const projects = projectChoice([...new Set([...person.projects, ...this.mine])], person.projects);
    const content = [h("label", { for: "new-role" }, t("role")), role, projects.element, h("p", { class: "quiet" }, t("change hint"))];
    ask(t("change of", person), content, t("change"), () => this.done(() => this.api.put(this.path(person), { role: role.value, projects: projects.chosen() })));
  }

  form() {
    const name = h("input", { id: "invited", type: "email", required: true, maxlength: 254, autocomplete: "off" });
    const role = roleChoice("viewer", "invited-role");
    const projects = projectChoice(this.mine, [this.project]);
    const onsubmit = async (event) => {
      event.preventDefault();
      const wanted = { name: name.value.trim(), role: role.value, projects: projects.chosen() };
      await this.tried(() => this.api.post("people", wanted), t("invited", wanted), () => (name.value = ""));
    };
    return h(
      "form",
      { class: "invite", onsubmit },
      h("div", {}, h("label", { for: "invited" }, t("e-mail")), name),
      h("div", {}, h("label", { for: "invited-role" }, t("role")), role),
      projects.element,
      h("button", { class: "main" }, t("invite")),
    );
  }

  async done(work) {
    await work();
    fill(this.said);
    await this.refresh();
  }

  async tried(work, success = "", then = () => {}) {
    try {
      await this.done(work);
      fill(this.said, success);
      then();
    } catch (error) {
      fill(this.said, h("span", { class: "error" }, error.message));
    }
  }
}

function roleChoice(chosen, id) {
  return h("select", { id }, ROLES.map((each) => h("option", { value: each, selected: each === chosen }, t(`role ${each}`))));
}

function projectChoice(projects, chosen) {
  const boxes = projects.map((each) => h("input", { type: "checkbox", value: each, checked: chosen.includes(each) }));
  const labels = boxes.map((box) => h("label", { class: "box-label" }, box, " ", box.value));
  return {
    element: h("fieldset", { class: "projects" }, h("legend", {}, t("projects")), labels),
    chosen: () => boxes.filter((box) => box.checked).map((box) => box.value),
  };
}

// The frame of the page: who is signed in, which project and line, which view.

import { account } from "./account.js";
import { Admin } from "./admin.js";
import { announce, askAgain } from "./again.js";
import { Api, SIGNED_OUT, SignedOut } from "./api.js";
import { Card } from "./card.js";
import { Comparison } from "./comparison.js";
import { Dataset } from "./dataset.js";
import { Detect } from "./detect.js";
import { button, fill, h } from "./dom.js";
import { listen, setKeys } from "./keys.js";
import { keepLine, Live } from "./live.js";
import { returns, sessionOfLink, sessionOfLogin } from "./login.js";
import { Models } from "./models.js";
import { People } from "./people.js";
import { boxesShown } from "./picture.js";
import { go, here, link, settle } from "./place.js";
import { Report } from "./report.js";
import { Reports } from "./reports.js";
import { Review } from "./review.js";
import { begin, keyOf, projects } from "./session.js";
import { signInView } from "./signin.js";
import { Threshold } from "./threshold.js";
import { choose, others, t } from "./words.js";

const TABS = ["live", "review", "models", "detect", "reports", "admin"];
// The tab, or the name, of a view that has no tab of its own.
const NAMES = { inspections: "image", comparisons: "models", dataset: "models", threshold: "models", people: "admin" };
const LINK = /^#link=([^&]+)/;

const top = h("header", { class: "top" });
const body = h("div", { class: "body" });
const trouble = h("p", { class: "trouble", role: "status", hidden: true });
let view = null;
let turn = 0;
let entering = false;

const showHelp = listen([
  ["1", t("live"), () => go(here().project, "live")],
  ["2", t("review"), () => go(here().project, "review")],
  ["3", t("models"), () => go(here().project, "models")],
  ["4", t("detect"), () => go(here().project, "detect")],
  ["5", t("reports"), () => go(here().project, "reports")],
  ["6", t("admin"), () => go(here().project, "admin")],
]);

const named = ({ view }) => NAMES[view] || view;

function viewOf(context) {
  const { place } = context;
  if (place.view === "inspections" && place.argument) return new Card(context);
  if (place.view === "dataset") return new Dataset(context);
  if (place.view === "threshold") return new Threshold(context);
  if (place.view === "comparisons") return new Comparison(context);
  if (place.view === "admin") return new Admin(context);
  if (place.view === "people") return new People(context);
  if (place.view === "models") return place.argument ? new Report(context) : new Models(context);
  if (place.view === "reports") return new Reports(context);
  if (place.view === "review") return new Review(context);
  return place.view === "detect" ? new Detect(context) : new Live(context);
}

function online() {
  trouble.hidden = true;
}

function offline(error) {
  fill(trouble, t("trouble", { message: error.message }));
  trouble.hidden = false;
}

function failed(error) {
  if (!(error instanceof SignedOut)) offline(error);
}

// What a person has typed is kept; a view without it begins anew.
function signedOut() {
  const { project } = here();
  if (!view) return askForKey(t("signed out"));
  const typed = [...body.querySelectorAll("input, textarea")].some((each) => each.value && each.type !== "checkbox");
  askAgain(project, t("signed out"), () => (typed ? online() : show()), () => askForKey());
}

function askForKey(reason = "") {
  leave();
  const { project } = here();
  document.title = "Linewatch";
  setKeys([]);
  fill(top, brand(), tools());
  fill(body, signInView(project, reason, (opened) => (project ? show() : enterProject(opened))));
}

function leave() {
  if (view) view.stop();
  view = null;
  for (const each of document.querySelectorAll("dialog[open]")) each.close();
  online();
}

async function linesOf(api) {
  return (await api.get(`projects/${api.project}/lines`)).lines;
}

async function show() {
  const mine = (turn += 1);
  const place = here();
  const [first] = projects();
  if (!place.project && first) return go(first, "live");
  if (!place.project || !keyOf(place.project)) return askForKey();
  leave();
  const { project } = place;
  const api = new Api(project);
  try {
    const [lines, { role }] = await Promise.all([linesOf(api), api.get("key")]);
    if (mine !== turn) return;
    const line = place.view === "live" ? place.argument || lines[0] || "" : "";
    if (line && !place.argument) keepLine(project, line, place.query);
    view = viewOf({ api, place, project, line, role, online, offline, failed, rekey: () => mine === turn && setKeys(view.keys) });
    draw(place, line, lines);
    await view.start();
  } catch (error) {
    if (mine === turn) failed(error);
  }
}

function draw(place, line, lines) {
  document.body.classList.toggle("on-wall", place.view === "live" && place.query.has("wall"));
  document.title = `${[line, t(named(place)), place.project].filter(Boolean).join(" · ")} · Linewatch`;
  setKeys(view.keys);
  const tabs = TABS.map((each) => h("a", { href: link(place.project, each), "aria-current": each === named(place) ? "page" : null }, t(each)));
  const chooseLine = lines.length && place.view === "live" ? [selectOf("line", lines, line, (value) => go(place.project, "live", value))] : [];
  fill(
    top,
    brand(),
    h("div", { class: "where" }, selectOf("project", [...projects(), ""], place.project, changeProject), chooseLine),
    h("nav", { "aria-label": t("views") }, tabs),
    tools(place.project),
  );
  fill(body, view.element);
}

const brand = () => h("a", { class: "brand", href: "#/" }, "Linewatch");

function selectOf(name, values, chosen, change) {
  const known = values.includes(chosen) ? values : [chosen, ...values];
  const options = known.map((each) => h("option", { value: each, selected: each === chosen }, each || t("another project")));
  return h("select", { "aria-label": t(`choose ${name}`), onchange: (event) => change(event.target.value) }, options);
}

function changeProject(project) {
  if (project) return go(project, "live");
  leave();
  fill(body, signInView("", "", enterProject));
}

function enterProject(project) {
  settle(project, "live");
  show();
}

function tools(project) {
  const languages = others.map((each) => button(each.toUpperCase(), () => choose(each), { title: t(`language ${each}`), "aria-label": t(`language ${each}`) }));
  const help = button("?", showHelp, { title: t("keys"), "aria-label": t("keys") });
  return h("div", { class: "tools" }, languages, project && help, project && account(project, askForKey));
}

// A sign-in link has its token behind the #, which no server sees; the address forgets it at once.
// Whoever was signed in here is out of the view before, so that nothing of theirs moves the new person elsewhere; of two
// links, the later one counts.
async function enter() {
  const token = location.hash.match(LINK);
  if (!token && !returns()) return entering || show();
  const mine = (turn += 1);
  entering = true;
  leave();
  if (token) history.replaceState(null, "", location.pathname);
  try {
    const { hash = "", ...answer } = token ? await sessionOfLink(decodeURIComponent(token[1])) : await sessionOfLogin();
    if (mine !== turn) return;
    begin(answer);
    history.replaceState(null, "", location.pathname + hash);
    announce();
  } catch (error) {
    if (mine !== turn) return;
    entering = false;
    return askForKey(error.code === "LinkUsed" ? t("link used") : error.message);
  }
  entering = false;
  show();
}

document.body.classList.toggle("no-boxes", !boxesShown());
document.body.append(top, trouble, body);
addEventListener("hashchange", enter);
addEventListener(SIGNED_OUT, signedOut);
enter();

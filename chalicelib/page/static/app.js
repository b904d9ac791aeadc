// The frame of the page: who is signed in, which project and line, which view.

import { account } from "./account.js";
import { Admin } from "./admin.js";
import { announce, askAgain } from "./again.js";
import { Api, SIGNED_OUT } from "./api.js";
import { LEFT } from "./ask.js";
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
import { forgetPictures } from "./picture-source.js";
import { go, here, link, settle } from "./place.js";
import { insist } from "./repeat.js";
import { Report } from "./report.js";
import { Reports } from "./reports.js";
import { Review } from "./review.js";
import { begin, keyOf, projects, roleOf } from "./session.js";
import { signInView } from "./signin.js";
import { Threshold } from "./threshold.js";
import { anyTyped, forgetTyped, keep, restore } from "./typed.js";
import { cannotShow, failed, offline, online, trouble } from "./weather.js";
import { choose, others, t } from "./words.js";

const TABS = ["live", "review", "models", "detect", "reports", "admin"];
// The tab, or the name, of a view that has no tab of its own.
const NAMES = { inspections: "image", comparisons: "models", dataset: "models", threshold: "models", people: "admin" };
const LINK = /^#link=([^&]+)/;

const top = h("header", { class: "top" });
const body = h("div", { class: "body" });
let view = null;
let shown = "";
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

// What a person has typed is kept; a view without it begins anew.
function signedOut() {
  const { project } = here();
  if (!view) return askForKey(t("signed out"));
  askAgain(project, t("signed out"), () => (anyTyped(body) ? online() : show()), () => askForKey());
}

function askForKey(reason = "") {
  leave("dialog[open]");
  forgetPictures();
  const { project } = here();
  document.title = "Linewatch";
  setKeys([]);
  fill(top, brand(), tools());
  fill(body, signInView(project, reason, (opened) => (project ? show() : enterProject(opened))));
}

// What is shown only once stays over the next view, unless the person is another one.
function leave(dialogs = "dialog[open]:not(.once)") {
  if (view) {
    view.stop();
    keep(shown, body);
  }
  view = null;
  for (const each of document.querySelectorAll(dialogs)) each.close(LEFT);
  online();
}

const loading = () => h("main", { class: "loading", "data-loading": t("loading") });

async function linesOf(api) {
  return (await api.get(`projects/${api.project}/lines`)).lines;
}

async function show() {
  const mine = (turn += 1);
  const place = here();
  const { project } = place;
  const [first] = projects();
  if (!project && first) return enterProject(first);
  if (!project || !keyOf(project)) return askForKey();
  leave();
  const opening = {
    get stopped() {
      return mine !== turn;
    },
    online,
    offline,
    failed: (error) => fill(body, cannotShow(project, error, show)),
  };
  const api = new Api(project);
  await insist(opening, () => open(opening, api, place));
  if (opening.stopped || !view) return;
  restore(shown, body);
  if (place.view === "live" && place.argument) await insist(opening, async () => drawTop(place, place.argument, await linesOf(api)));
}

// Draw a view and have it ask for what it shows. Only Live needs a line, and an address may have it.
async function open(opening, api, place) {
  const { project } = place;
  const lines = place.view === "live" && !place.argument ? await firstLines(api, place) : [];
  if (opening.stopped) return;
  if (!view) {
    const line = place.view === "live" ? place.argument || lines[0] || "" : "";
    if (line && !place.argument) keepLine(place, line);
    shown = place.hash;
    view = viewOf({ api, place, project, line, role: roleOf(project), online, offline, failed, rekey: () => opening.stopped || setKeys(view.keys) });
    draw(place, line, lines, view.element, view.keys);
  }
  await view.start();
}

async function firstLines(api, place) {
  if (!view) draw(place, "", [], loading(), []);
  return linesOf(api);
}

function draw(place, line, lines, element, keys) {
  document.body.classList.toggle("on-wall", place.view === "live" && place.query.has("wall"));
  document.title = `${[line, t(named(place)), place.project].filter(Boolean).join(" · ")} · Linewatch`;
  setKeys(keys);
  drawTop(place, line, lines);
  fill(body, element);
  if (element.classList.contains("loading")) element.dataset.loading = t("loading");
}

function drawTop(place, line, lines) {
  const tabs = TABS.map((each) => h("a", { href: link(place.project, each), "aria-current": each === named(place) ? "page" : null }, t(each)));
  const chooseLine = line ? [selectOf("line", lines, line, (value) => go(place.project, "live", value))] : [];
  fill(
    top,
    brand(),
    h("div", { class: "where" }, selectOf("project", [...projects(), ""], place.project, changeProject), chooseLine),
    h("nav", { "aria-label": t("views") }, tabs),
    tools(place.project),
  );
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
  settle(here(), project, "live");
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
  leave("dialog[open]");
  forgetPictures();
  if (token) history.replaceState(null, "", location.pathname);
  fill(body, loading());
  try {
    const { hash = "", ...answer } = token ? await sessionOfLink(decodeURIComponent(token[1])) : await sessionOfLogin();
    if (mine !== turn) return;
    begin(answer);
    forgetTyped();
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

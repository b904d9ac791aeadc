// Where a person is: `#/<project>/<view>/<argument>?<query>`. A link shows another person the same.

const VIEWS = ["live", "review", "inspections", "models", "comparisons", "dataset", "threshold", "detect", "reports", "admin", "people"];

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function here() {
  const { hash } = location;
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [project = "", view = "live", argument = ""] = path.split("/").map(decoded);
  return { project, view: VIEWS.includes(view) ? view : "live", argument, query: new URLSearchParams(query), hash };
}

export function link(project, view, argument = "", query = {}) {
  const parts = [project, view, argument].filter(Boolean).map(encodeURIComponent);
  const given = Object.entries(query).filter(([, value]) => value);
  const search = given.length ? `?${new URLSearchParams(given)}` : "";
  return `#/${parts.join("/")}${search}`;
}

export const go = (...parts) => {
  location.hash = link(...parts);
};

// Change the address of a place without a step for the back button. Who has gone elsewhere meanwhile stays there: the
// browser tells of a new address a little later than it has it.
export function settle(place, ...parts) {
  if (location.hash !== place.hash) return;
  history.replaceState(null, "", link(...parts));
  place.hash = location.hash;
}

// Open an address that has to be asked for first. The tab opens in the click itself: Safari blocks one that opens after an
// answer. Without a tab this page is left.
export async function openLater(find) {
  const tab = window.open("", "_blank");
  if (tab) tab.opener = null;
  try {
    (tab || window).location.href = await find();
  } catch (error) {
    tab?.close();
    throw error;
  }
}

// Where the picture of an image comes from: a link to the whole image, or a small one.

// Milliseconds after which a link is asked for again: it ends some minutes later.
const USED = 600000;
const links = new Map();

// So many px of the longer side are enough in a list, and in a large picture. An image of more than twice that is asked for as
// a small picture: a whole one of a large camera is megabytes.
export const OF_LIST = 320;
export const OF_SCREEN = 1600;
const MOST_KEPT = 300;
const MOST_ASKED = 4;
const AGAIN = 1000;
const small = new Map();
const waiting = [];
let asked = 0;
// How many have left: for somebody who has, nothing more is asked for.
let people = 0;

// The address of a picture of an inspected image that is good to look at; of one of unknown size a small one.
export async function sourceOf(api, inspection, side, fresh) {
  const { inspection_id: id, width, height } = inspection;
  const whole = () => linkTo(api, inspection, fresh);
  if (width && Math.max(width, height) <= 2 * side) return whole();
  return smallOr(whole, { api, name: id, path: `inspections/${id}/picture`, side, fresh, wasRead: Boolean(width) });
}

// The address of a small picture. Where none can be made now, it is the whole image, and also of an image that nobody could
// read: a browser may show some of it. `whole` gets the error.
export async function smallOr(whole, { api, name, path, query, side, fresh = false, wasRead = false }) {
  const sized = `${name} ${side}`;
  const seer = people;
  if (!small.has(sized) || fresh) keepSmall(sized, askSmall(() => api.picture(path, "image/jpeg", { ...query, longest_side: side }), side));
  try {
    return await small.get(sized);
  } catch (error) {
    if (seer !== people || (!error.passes && (wasRead || error.status !== 404))) throw error;
    return whole(error);
  }
}

async function askSmall(fetch, side) {
  await turn(side);
  try {
    return URL.createObjectURL(await fetched(fetch));
  } finally {
    asked -= 1;
    next();
  }
}

// Many people who open the page at once are too many for a moment.
async function fetched(fetch) {
  const seer = people;
  try {
    return await fetch();
  } catch (error) {
    if (!error.passes) throw error;
    await new Promise((end) => setTimeout(end, AGAIN * (1 + Math.random())));
    if (seer !== people) throw error;
    return fetch();
  }
}

// A few are asked for at a time: each takes a function of its own. On a slow connection, or of a fast line, more come than can
// be loaded, so the large picture goes first, then what was asked for last.
function turn(side) {
  return new Promise((begin, giveUp) => {
    waiting.push({ side, begin, giveUp });
    if (waiting.length > MOST_KEPT) waiting.shift().giveUp(new Error("too many wait"));
    queueMicrotask(next);
  });
}

function next() {
  while (asked < MOST_ASKED && waiting.length) {
    const [{ begin }] = waiting.splice(waiting.findLastIndex(({ side }) => side > OF_LIST), 1);
    asked += 1;
    begin();
  }
}

// Of a person who has left: the next one is shown nothing of it, and nothing more is asked for.
export function forgetPictures() {
  people += 1;
  waiting.length = 0;
  links.clear();
  for (const name of small.keys()) drop(name);
}

function keepSmall(name, picture) {
  drop(name);
  small.set(name, picture);
  picture.catch(() => small.get(name) === picture && small.delete(name));
  if (small.size > MOST_KEPT) drop(small.keys().next().value);
}

function drop(name) {
  small.get(name)?.then(URL.revokeObjectURL, () => null);
  small.delete(name);
}

function keep(id, url) {
  links.delete(id);
  links.set(id, { url, until: Date.now() + USED });
  for (const [first, { until }] of links) {
    if (until > Date.now()) break;
    links.delete(first);
  }
}

// The link to an image that is known by this id, if it does not end soon.
export const kept = (id) => (links.get(id)?.until > Date.now() ? links.get(id).url : null);

// The link to an image; a list may have it already.
export async function linkTo(api, { inspection_id: id }, fresh = false) {
  if (!fresh && kept(id)) return kept(id);
  const { url } = await api.get(`inspections/${id}/image`);
  keep(id, url);
  return url;
}

// A picture that is shown keeps its address, so that it is not loaded again.
export function remember(inspections) {
  for (const { inspection_id: id, image_url: url } of inspections) if (url) rememberLink(id, url);
}

export function rememberLink(id, url) {
  if (!kept(id)) keep(id, url);
}

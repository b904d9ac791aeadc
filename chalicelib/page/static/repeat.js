// Work that is done again and again while a view is shown, until it succeeds, or once, however often somebody clicks.

import { SignedOut } from "./api.js";

const PAUSE = 3000;

// A request that fails leaves what was there and says so. `pause` are milliseconds between an answer and the next request,
// and `first` those before the first one; `view` says when it is stopped, whether it works in a hidden tab, and whether once
// is enough. Who is signed out is asked to sign in elsewhere, and then it goes on.
export function repeat(view, pause, work, first = 0) {
  const turn = async () => {
    if (view.stopped) return;
    try {
      if (view.wall || !document.hidden) await work();
      view.online();
    } catch (error) {
      if (!(error instanceof SignedOut)) view.offline(error);
    }
    if (!view.settled) setTimeout(turn, pause);
  };
  if (first) setTimeout(turn, first);
  else turn();
}

export const pause = (milliseconds) => new Promise((then) => setTimeout(then, milliseconds));

// A while, or until the browser has a network again.
function pauseOffline() {
  return new Promise((then) => {
    const over = () => {
      clearTimeout(timer);
      removeEventListener("online", over);
      then();
    };
    const timer = setTimeout(over, PAUSE);
    addEventListener("online", over);
  });
}

// What fails for a reason that passes is done again until it succeeds; `view.failed` is told of any other reason.
export async function insist(view, work) {
  while (!view.stopped) {
    try {
      await work();
      return view.online();
    } catch (error) {
      if (view.stopped) return;
      const out = error instanceof SignedOut;
      if (!out && !error.passes) return view.failed(error);
      if (!out) view.offline(error);
      await pauseOffline();
    }
  }
}

// One change of a view at a time. `trouble` says what went wrong.
export async function once(view, work, trouble) {
  if (view.busy) return;
  view.busy = true;
  try {
    await work();
  } catch (error) {
    await trouble(error);
  } finally {
    view.busy = false;
  }
}

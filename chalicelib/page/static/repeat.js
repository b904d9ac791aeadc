// Work that is done again and again while a view is shown, and work that is done once, however often somebody clicks.

import { SignedOut } from "./api.js";

// A request that fails leaves what was there and says so. `pause` are milliseconds between an answer and the next request;
// `view` says when it is stopped, whether it works in a hidden tab, and whether once is enough.
export function repeat(view, pause, work) {
  const turn = async () => {
    if (view.stopped) return;
    try {
      if (view.wall || !document.hidden) await work();
      view.online();
    } catch (error) {
      if (error instanceof SignedOut) return;
      view.offline(error);
    }
    if (!view.settled) setTimeout(turn, pause);
  };
  turn();
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

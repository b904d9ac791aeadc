// The picture of a tile, which asks for its address when it comes into view. The words beside it say all that it shows.

import { fill, h, whenNear } from "./dom.js";
import { t } from "./words.js";

const seen = whenNear("400px", (tile) => tile.dispatchEvent(new Event("seen")));

// `find` gives the address, and what to say (`otherwise`) if nothing can be shown that is there.
export function tilePicture(find) {
  const image = h("img", { alt: "", decoding: "async" });
  const tile = h("span", { class: "tile" }, image);
  const missing = (text) => fill(tile, h("span", { class: "note" }, t(text)));
  const show = async () => {
    try {
      const { url, otherwise } = await find();
      image.addEventListener("error", () => missing(otherwise));
      image.setAttribute("src", url);
    } catch (error) {
      missing(error.status === 404 ? "image gone" : "image not loaded");
    }
  };
  tile.addEventListener("seen", show);
  seen.observe(tile);
  return tile;
}

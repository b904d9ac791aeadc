// Where the pictures of the images of a data set come from. Nobody knows how large these images are.

import { kept, OF_LIST, rememberLink, smallOr } from "./picture-source.js";

export class SetPictures {
  // `list` asks for the images that are shown once more, and has their links remembered.
  constructor(api, path, list) {
    Object.assign(this, { api, path, list });
  }

  remember(images) {
    for (const { source, url } of images) rememberLink(source, url);
  }

  async small({ source }) {
    let otherwise = "image not loaded";
    const whole = ({ status }) => {
      if (status === 404) otherwise = "image gone or damaged";
      return this.whole(source);
    };
    const url = await smallOr(whole, { api: this.api, name: source, path: `${this.path}/picture`, query: { source }, side: OF_LIST });
    return { url, otherwise };
  }

  // The link to the whole image. Those of a list end some minutes later.
  async whole(source) {
    if (!kept(source)) await (this.asked ||= this.list().finally(() => (this.asked = null)));
    if (!kept(source)) throw new Error(`the list has no image ${source} any more`);
    return kept(source);
  }
}

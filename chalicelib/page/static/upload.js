// Many files become images of a data set: some at a time, bad ones named one by one, and the rest goes on.

import { SignedOut } from "./api.js";
import { pause } from "./repeat.js";
import { t } from "./words.js";

const AT_ONCE = 4;
const BATCH = 100;
const LARGEST = 4500000;
const TYPES = ["image/jpeg", "image/png"];
const WAITS = [1000, 3000, 9000];

// Again after a while, if the fault is one that passes.
async function patiently(work) {
  for (const wait of WAITS) {
    try {
      return await work();
    } catch (error) {
      if (!error.passes) throw error;
      await pause(wait);
    }
  }
  return work();
}

// Why a file cannot be used; nothing if it can. The browser decodes it, as training will.
async function faultOf(file) {
  if (!TYPES.includes(file.type)) return t("neither kind");
  if (file.size > LARGEST) return t("too large for a data set");
  try {
    (await createImageBitmap(file)).close();
    return "";
  } catch {
    return t("cannot be decoded");
  }
}

export class Upload {
  // `changed` is called after each step.
  constructor(api, path, said, files, changed) {
    Object.assign(this, { api, path, said, changed, waiting: [...files], total: files.length });
    this.done = 0;
    this.added = 0;
    this.present = 0;
    this.bad = [];
    this.stored = [];
    this.ended = false;
  }

  async run() {
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, () => this.work()));
      await this.commit();
    } catch (error) {
      this.waiting = [];
      this.stopped = error.message;
    }
    this.ended = true;
    this.changed();
  }

  // The files that are stored already become images of the data set.
  stop() {
    this.total -= this.waiting.length;
    this.waiting = [];
  }

  async work() {
    for (let file = this.waiting.shift(); file; file = this.waiting.shift()) {
      const fault = await faultOf(file);
      if (fault) this.refuse(file, fault);
      else await this.store(file);
      this.done += 1;
      this.changed();
      if (this.stored.length >= BATCH) await this.commit();
    }
  }

  refuse(file, fault) {
    this.bad.push(`${file.name}: ${fault}`);
  }

  async store(file) {
    try {
      const response = await patiently(() => this.api.call("POST", `${this.path}/images`, { body: file, headers: { "Content-Type": file.type } }));
      const { source } = await response.json();
      this.stored.push({ source, file: file.name.slice(0, 255), ...this.said });
    } catch (error) {
      if (error instanceof SignedOut || error.status === undefined || error.status === 403) throw error;
      this.refuse(file, error.message);
    }
  }

  async commit() {
    const add = this.stored.splice(0);
    if (!add.length) return;
    const found = await patiently(() => this.api.post(`${this.path}/changes`, { add }));
    this.added += found.added;
    this.present += found.present.length;
    this.changed();
  }
}

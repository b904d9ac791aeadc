// Calls of the API. Every address is relative to where this file came from, whatever stands before.

import { forget, keyOf } from "./session.js";
import { t } from "./words.js";

const ROOT = new URL("../../", import.meta.url);
const TIMEOUT = 30000;
const JSON_TYPE = { "Content-Type": "application/json" };

export class ApiError extends Error {
  constructor(status, message, code = "") {
    super(message);
    this.status = status;
    this.code = code;
  }

  // Whether the same request may succeed after a while.
  get passes() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

// Sent to the window when a person is signed out, whoever sees it: the frame of the page asks to sign in again.
export const SIGNED_OUT = "signedout";

// The key has expired or was revoked, or the session has ended.
export class SignedOut extends Error {
  constructor() {
    super(t("signed out"));
    dispatchEvent(new Event(SIGNED_OUT));
  }
}

export function address(path, query = {}) {
  const url = new URL(path.replace(/^\//, ""), ROOT);
  for (const [name, value] of Object.entries(query)) if (value) url.searchParams.set(name, value);
  return url;
}

async function send(method, path, { query, body, headers = {}, key }) {
  const limit = AbortSignal.timeout(TIMEOUT);
  try {
    return await fetch(address(path, query), {
      method,
      body,
      headers: { ...(key && { Authorization: `Bearer ${key}` }), ...headers },
      signal: limit,
      credentials: "omit",
    });
  } catch {
    throw new ApiError(0, t("no answer"));
  }
}

// The content of an answer; a connection may end in the middle of it, and what stands between may answer in its place.
async function read(response, how) {
  try {
    return await response[how]();
  } catch {
    throw new ApiError(0, t("no answer"));
  }
}

// The routes of Linewatch, those of Lookout for Vision and gateways write the same fields in their own ways.
async function errorOf(response) {
  const body = await response.json().catch(() => ({}));
  return new ApiError(response.status, body?.message || body?.Message || t("no reason", { status: response.status }), body?.code || body?.Code);
}

export class Api {
  constructor(project) {
    this.project = project;
  }

  async call(method, path, options = {}) {
    const key = keyOf(this.project);
    if (!key) throw new SignedOut();
    const response = await send(method, path, { ...options, key });
    if (response.ok) return response;
    if (response.status === 401 || response.status === 403) await this.requireKey(key);
    throw await errorOf(response);
  }

  // A refusal has two reasons: the key is no longer valid, or it may not do this. Somebody else may have signed in since.
  async requireKey(key) {
    const response = await send("GET", "key", { key });
    if (response.status !== 401 && response.status !== 403) return;
    if (keyOf(this.project) !== key) return;
    forget(this.project);
    throw new SignedOut();
  }

  async get(path, query) {
    return read(await this.call("GET", path, { query }), "json");
  }

  // What may not be there; null then.
  async find(path, query) {
    try {
      return await this.get(path, query);
    } catch (error) {
      if (error.status === 404) return null;
      throw error;
    }
  }

  async post(path, body) {
    return read(await this.call("POST", path, { body: JSON.stringify(body), headers: JSON_TYPE }), "json");
  }

  async put(path, body) {
    return read(await this.call("PUT", path, { body: JSON.stringify(body), headers: JSON_TYPE }), "json");
  }

  async remove(path, query) {
    return read(await this.call("DELETE", path, { query }), "json");
  }

  async picture(path, type = "image/png", query = {}) {
    return read(await this.call("GET", path, { query, headers: { Accept: type } }), "blob");
  }
}

// The answer to a call that is about no project: signing in, or out with a token.
export async function called(method, path, body, key) {
  const response = await send(method, path, { key, body: body && JSON.stringify(body), headers: body && JSON_TYPE });
  if (!response.ok) throw await errorOf(response);
  return read(response, "json");
}

// What a key allows; null if it is not valid.
export async function described(key) {
  const response = await send("GET", "key", { key });
  if (response.status === 401 || response.status === 403) return null;
  if (!response.ok) throw await errorOf(response);
  return read(response, "json");
}

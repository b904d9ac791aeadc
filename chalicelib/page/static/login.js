// The sign-in page of Cognito, with a code and a proof that the same browser asked for it (RFC 7636).

import { called } from "./api.js";
import { t } from "./words.js";

const KEPT = "linewatch.login";
const SCOPE = "openid aws.cognito.signin.user.admin";

const meta = (name) => document.querySelector(`meta[name="linewatch-${name}"]`).content;
const page = () => location.origin + location.pathname;

export const hasLogin = () => meta("login") !== "";

function address(path, query) {
  return `${meta("login")}${path}?${new URLSearchParams({ client_id: meta("client"), ...query })}`;
}

const base64 = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const random = () => base64(crypto.getRandomValues(new Uint8Array(32)));

export async function goToLogin() {
  const kept = { verifier: random(), state: random(), hash: location.hash };
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(kept.verifier));
  location.assign(
    address("/oauth2/authorize", {
      response_type: "code",
      scope: SCOPE,
      redirect_uri: page(),
      state: kept.state,
      code_challenge: base64(new Uint8Array(digest)),
      code_challenge_method: "S256",
    }),
  );
}

// At a computer that several people use, the sign-in page must forget who it was, too.
export function goToLogout() {
  location.assign(address("/logout", { logout_uri: page() }));
}

// Whether this address is where the sign-in page sends people back to.
export const returns = () => /[?&](code|error)=/.test(location.search);

// The session by what stands in the address, which forgets it, with the place behind it; throws what is wrong, in words.
export async function sessionOfLogin() {
  const query = new URLSearchParams(location.search);
  const { verifier, state, hash = "" } = JSON.parse(sessionStorage.getItem(KEPT) || "{}");
  sessionStorage.removeItem(KEPT);
  history.replaceState(null, "", location.pathname + hash);
  if (!state || query.get("state") !== state || query.has("error")) throw new Error(t("login failed"));
  const login = { code: query.get("code"), verifier, redirect_uri: page() };
  return { ...(await called("POST", "session", { login })), login: true, hash };
}

export const sessionOfLink = (link) => called("POST", "session", { link });

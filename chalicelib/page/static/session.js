// How a person is signed in: keys by project, or a session, which has a token for each project, each with its role. They
// stay in this tab and end with it.

// Roles that may answer, and change what runs.
export const OPERATORS = ["operator", "admin"];

const KEYS = "linewatch.keys";
const SESSION = "linewatch.session";

const stored = () => JSON.parse(sessionStorage.getItem(KEYS) || "{}");
const store = (keys) => sessionStorage.setItem(KEYS, JSON.stringify(keys));

export const projects = () => Object.keys(stored()).sort();
export const keyOf = (project) => stored()[project]?.key;
export const roleOf = (project) => stored()[project]?.role;
export const remember = (project, key, role) => store({ ...stored(), [project]: { key, role } });

// The session, as the API answered it and with `login`, whether it began at the sign-in page; null without one.
export const session = () => JSON.parse(sessionStorage.getItem(SESSION) || "null");

// A tab is of one person: keys of whoever was here before are forgotten too.
export function begin(answer) {
  store({});
  sessionStorage.setItem(SESSION, JSON.stringify(answer));
  for (const project of answer.projects) remember(project, `${answer.token}/${project}`, answer.role);
}

// Forget the session in all of its projects.
export function end() {
  const { token } = session() || {};
  if (token) store(Object.fromEntries(Object.entries(stored()).filter(([, { key }]) => !key.startsWith(token))));
  sessionStorage.removeItem(SESSION);
}

// A key that is no longer valid is forgotten alone, a session in all projects.
export function forget(project) {
  const { [project]: kept, ...others } = stored();
  if (session() && kept?.key.startsWith(session().token)) end();
  else store(others);
}

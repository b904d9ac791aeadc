// The keys with which a person signed in, by project. They stay in this tab and end with it.

const KEYS = "linewatch.keys";

const stored = () => JSON.parse(sessionStorage.getItem(KEYS) || "{}");
const store = (keys) => sessionStorage.setItem(KEYS, JSON.stringify(keys));

export const projects = () => Object.keys(stored()).sort();
export const keyOf = (project) => stored()[project];
export const remember = (project, key) => store({ ...stored(), [project]: key });

export function forget(project) {
  const { [project]: _, ...others } = stored();
  store(others);
}

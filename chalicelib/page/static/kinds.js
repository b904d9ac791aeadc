// The kinds of defects that people can name by one key: those that were named most often lately.

const LOOKED_BACK = 200;
const MOST = 9;

export async function frequentKinds(api) {
  const { reviews } = await api.get("reviews", { limit: LOOKED_BACK });
  const counts = new Map();
  for (const { kind } of reviews.filter((each) => each.kind)) counts.set(kind, (counts.get(kind) || 0) + 1);
  return [...counts].sort(([one, n], [other, m]) => m - n || one.localeCompare(other)).slice(0, MOST).map(([kind]) => kind);
}

// A kind that was named is offered from now on, while a key is free.
export const withKind = (kinds, kind) => (kinds.includes(kind) ? kinds : [...kinds, kind].slice(0, MOST));

/** Ids that no other run, check or session uses, so that checks share a server without meeting each other. */

/** What the contracts allow for an id that the client chooses. */
const MAX_ID_CHARS = 36;

/**
 * @param suffix unique to the session, of [A-Za-z0-9.-] only
 * @returns a function: the same name gives the same id, two names give two ids
 */
export function sessionIds(suffix: string): (name: string) => string {
  const room = MAX_ID_CHARS - suffix.length - 1;
  if (room < 8) throw new Error(`The id suffix "${suffix}" leaves too little room for a name.`);
  const ids = new Map<string, string>();
  const used = new Set<string>();
  return (name) => {
    const known = ids.get(name);
    if (known !== undefined) return known;
    const clean = name.replace(/[^A-Za-z0-9_.-]/g, '_') || 'x';
    let base = clean.slice(0, room);
    if (used.has(base)) {
      const counter = `.${used.size.toString(36)}`;
      base = clean.slice(0, room - counter.length) + counter;
    }
    used.add(base);
    const id = `${base}-${suffix}`;
    ids.set(name, id);
    return id;
  };
}

/**
 * Which match a request is about, read as the worker will read it: the body is looked at only where the path and the query
 * do not name one. A request that names none, or names it in a way that the contract refuses, is refused by any worker.
 */

const OF_MATCH = /^\/v1\/matches\/([^/]+)/;
const CREATE = '/v1/matches';
const ABSOLUTE = /^https?:\/\/[^/?#]*/i;

/** `body`: its JSON names the match. Otherwise the match's id, or undefined where none is named. */
export type Named = { in: 'body' } | { in: 'url'; match: string | undefined };

/** @param url of the request line: a path with perhaps a query */
export function matchNamedBy(method: string, url: string): Named {
  const [target = ''] = url.replace(ABSOLUTE, '').split('#', 1);
  const queryStart = target.indexOf('?');
  const path = queryStart === -1 ? target : target.slice(0, queryStart);
  if (path === CREATE && method === 'POST') return { in: 'body' };
  const named = OF_MATCH.exec(path)?.[1];
  if (named !== undefined) return { in: 'url', match: decoded(named) };
  const query = new URLSearchParams(queryStart === -1 ? '' : target.slice(queryStart));
  return { in: 'url', match: query.getAll('match').at(-1) };
}

/** Of a createMatch; undefined where its body does not say. */
export function matchOfBody(body: Buffer): string | undefined {
  try {
    const { match } = JSON.parse(body.toString('utf8')) as { match?: unknown };
    return typeof match === 'string' ? match : undefined;
  } catch {
    return undefined;
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

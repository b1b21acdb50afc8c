/** Whether two refusals tell a caller the same: status, headers and body, but for what repeats or names the request. */
import type { Reply } from '../kit/replies.ts';
import type { JsonObject } from '../../target/target.ts';

/** Of the connection, or of the moment. */
const NOT_COMPARED = new Set([
  'date',
  'content-length',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'age',
  'server-timing',
]);

/** A reply as places with their values; what repeats a value of the request stands for that value's place in the request. */
export type Told = ReadonlyMap<string, string>;

export function told(reply: Reply<unknown>, request: JsonObject): Told {
  const places = new Map<string, string>();
  const repeated = valuesOf(request);
  const note = (path: string, value: unknown): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [member, each] of Object.entries(value)) note(`${path}.${member}`, each);
      return;
    }
    let text = String(value);
    for (const [at, repeats] of repeated) text = text.replaceAll(repeats, `{${at}}`);
    places.set(path, text);
  };
  note('kind', reply.kind);
  note('body', reply.kind === 'ok' ? reply.output : reply.problem);
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    if (!NOT_COMPARED.has(name.toLowerCase())) note(`header ${name.toLowerCase()}`, value);
  }
  return places;
}

/**
 * What differs between the first and the others, a sentence; undefined when they tell the same.
 * @param rounds for each kind of request several replies to the same question: where these differ among themselves the value names the request
 */
export function difference(rounds: readonly (readonly Told[])[]): string | undefined {
  const volatile = new Set(rounds.flatMap(changing));
  const [first, ...others] = rounds.map(([reply]) => reply!);
  for (const other of others) {
    for (const place of new Set([...first!.keys(), ...other.keys()])) {
      const [one, two] = [first!.get(place), other.get(place)];
      if (one === two || (one !== undefined && two !== undefined && volatile.has(place))) continue;
      return `${place} is ${one ?? 'absent'} for one and ${two ?? 'absent'} for the other`;
    }
  }
  return undefined;
}

function changing(replies: readonly Told[]): string[] {
  const [first, ...others] = replies;
  return [...first!.keys()].filter((place) =>
    others.some((other) => other.get(place) !== first!.get(place)),
  );
}

/** Texts of a request that are long enough not to stand somewhere by chance, the longest first. */
function valuesOf(request: JsonObject): [string, string][] {
  return Object.entries(request)
    .flatMap(([at, value]): [string, string][] => (typeof value === 'string' ? [[at, value]] : []))
    .filter(([, value]) => value.length >= 4)
    .sort(([, a], [, b]) => b.length - a.length);
}

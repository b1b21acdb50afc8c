/** A scenario of workload.json in which clients converse over two-way streams: what each sends, and by what an answer is known. */
import type { CaseStudy } from '../contract/caseStudy.ts';
import type { JsonObject } from '../target/target.ts';
import type { CommonScenario, WorkloadFile } from './workloadFile.ts';

/** Clients that share keys of a name (players of a match), each with one stream of its own. */
export interface ConversationScenario extends CommonScenario {
  readonly kind: 'conversation';
  readonly stream: string;
  /** A name of the file's keys, and how many of them each step has. */
  readonly key: string;
  readonly counts: readonly number[];
  /** With several counts: the profile whose targets a count has to meet. They are tried in ascending order until one does not. */
  readonly meets?: string;
  readonly groups: readonly ConversationGroup[];
  /** Two phases of durationS: while every group reads, and while the stalled ones do not. */
  readonly comparesStalled?: boolean;
  /** From the stall to the phase after it, conversed and not counted: the kernel's buffers take some 4 MB a connection first. */
  readonly fillS?: number;
  readonly durationS: number;
  /** From the intended send. */
  readonly timeoutMs: number;
}

export interface ConversationGroup {
  /** The `operation` of its rows. */
  readonly name: string;
  /** Clients of this group that share one key. */
  readonly perKey: number;
  /** Opens the stream. */
  readonly input: JsonObject;
  /** After the warm-up (after the first of two phases) it stops reading; nothing of it is judged. */
  readonly stalled?: boolean;
  readonly sends?: Sends;
  readonly echo?: Echo;
  readonly counter?: Counter;
}

/** By schedule, whatever has come. `$number` is 1, 2, 3, ... of its client. */
export interface Sends {
  readonly periodMs: number;
  /** Where in the period each client of the group sends: at equal distances, or drawn by the seed. */
  readonly spread: 'evenly' | 'seeded';
  readonly message: JsonObject;
  /** JSON pointer: a message with a number N there answers all that its client has sent up to N. */
  readonly answeredBy: string;
}

/** Sent at once for every n-th message that has one of the values; `$received:POINTER` is of that message. */
export interface Echo {
  readonly when: { readonly pointer: string; readonly values: readonly string[] };
  readonly every: number;
  readonly message: JsonObject;
}

/** A number of received messages that is to grow with the clock. */
export interface Counter {
  readonly pointer: string;
  readonly perS: number;
  /** What it counts, in the plural. */
  readonly unit: string;
}

/** Each has a socket, of which a process has a thousand or some thousands. */
const MAX_CLIENTS = 10_000;

/** What a schema cannot say. @returns what is wrong with it, to follow the name of the file; undefined when nothing is */
export function conversationFault(
  scenario: ConversationScenario,
  { keys }: WorkloadFile,
  { id, streams }: CaseStudy,
): string | undefined {
  const { stream, key, counts, meets, groups, comparesStalled } = scenario;
  if (!streams.has(stream))
    return `converses over the stream "${stream}", which spec/${id}/case.json does not have.`;
  if (!keys[key]) return `has a conversation of "${key}", which is no name of its keys.`;
  const names = groups.map(({ name }) => name);
  if (new Set(names).size < names.length)
    return `has two groups of one name in "${scenario.scenario}".`;
  const stalled = groups.filter((group) => group.stalled);
  if (!groups.some((group) => !group.stalled && group.sends))
    return `has no group in "${scenario.scenario}" that reads and sends.`;
  if (comparesStalled && stalled.length === 0)
    return `compares without and with stalled clients in "${scenario.scenario}", but no group is stalled.`;
  if (counts.length > 1 !== (meets !== undefined))
    return `names in "${scenario.scenario}" what its counts have to meet where it has several, and only there.`;
  if (counts.length > 1 && comparesStalled)
    return `compares stalled clients in "${scenario.scenario}" at one count, not at several.`;
  const most = Math.max(...counts) * clientsPerKey(scenario);
  if (most > MAX_CLIENTS)
    return `has ${most} clients in "${scenario.scenario}", at most ${MAX_CLIENTS} are allowed.`;
  return undefined;
}

export function clientsPerKey({ groups }: Pick<ConversationScenario, 'groups'>): number {
  return groups.reduce((sum, { perKey }) => sum + perKey, 0);
}

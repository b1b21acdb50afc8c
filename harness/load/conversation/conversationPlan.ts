/** Who converses, and when each sends, decided by the seed before the first one does. */
import { deriveSeed } from '../../run/deriveSeed.ts';
import { clientsPerKey } from '../conversationFile.ts';
import type { ConversationGroup, ConversationScenario } from '../conversationFile.ts';
import { MAX_REQUESTS } from '../intendedStarts.ts';
import { seededRandom } from '../seededRandom.ts';
import type { Stretch } from '../tally.ts';

/** Sends in the order of time, on shared memory. */
export interface SendSchedule {
  /** ms from time zero, ascending. */
  readonly startsMs: Float64Array<SharedArrayBuffer>;
  /** Whose send each is. */
  readonly clientOf: Int32Array<SharedArrayBuffer>;
}

/** A group with its clients. Those of one key follow one another: clients 0 to perKey - 1 of all groups together are the first key's. */
export interface GroupClients {
  readonly group: ConversationGroup;
  readonly clients: readonly number[];
}

export function groupsOf(scenario: ConversationScenario, count: number): GroupClients[] {
  const perKey = clientsPerKey(scenario);
  let first = 0;
  return scenario.groups.map((group) => {
    const from = first;
    first += group.perKey;
    const clients = Array.from({ length: count }, (_, key) =>
      Array.from({ length: group.perKey }, (_each, nth) => key * perKey + from + nth),
    ).flat();
    return { group, clients };
  });
}

/** When the stalled groups stop reading, and the measured phases: one before it where two are compared, and one after it. */
export function phasesOf({
  warmupS,
  durationS,
  comparesStalled,
  fillS = 0,
}: Pick<ConversationScenario, 'warmupS' | 'durationS' | 'comparesStalled' | 'fillS'>): {
  readonly phases: readonly Stretch[];
  readonly stallsFromMs: number;
} {
  const stretch = (fromS: number): Stretch => ({
    fromMs: 1000 * fromS,
    toMs: 1000 * (fromS + durationS),
  });
  const stallsFromS = comparesStalled ? warmupS + durationS : warmupS;
  const last = stretch(stallsFromS + fillS);
  const phases = comparesStalled ? [stretch(warmupS), last] : [last];
  return { phases, stallsFromMs: 1000 * stallsFromS };
}

/**
 * @param groups those of which the schedule is
 * @param endMs before which everything is due
 * @throws RangeError when that is more than a schedule holds
 */
export function scheduleOf(
  groups: readonly GroupClients[],
  endMs: number,
  seed: number,
): SendSchedule {
  const rounds = groups.flatMap(({ group, clients }) =>
    group.sends ? [roundOf(group, group.sends, clients, seed)] : [],
  );
  const sends = rounds.reduce((sum, round) => sum + sendsBefore(round, endMs), 0);
  if (sends > MAX_REQUESTS)
    throw new RangeError(`${sends} messages in all: at most ${MAX_REQUESTS}, give a shorter time.`);
  const startsMs = new Float64Array(new SharedArrayBuffer(8 * sends));
  const clientOf = new Int32Array(new SharedArrayBuffer(4 * sends));
  for (let at = 0; at < sends; at += 1) {
    const next = earliest(rounds);
    startsMs[at] = next.nextMs;
    clientOf[at] = next.clients[next.turn]!;
    advance(next);
  }
  return { startsMs, clientOf };
}

/** A group sends in the same order in every period. */
interface Round {
  readonly periodMs: number;
  /** Ascending, with the client of each. */
  readonly offsetsMs: readonly number[];
  readonly clients: readonly number[];
  period: number;
  turn: number;
  nextMs: number;
}

function roundOf(
  { name }: ConversationGroup,
  { periodMs, spread }: NonNullable<ConversationGroup['sends']>,
  clients: readonly number[],
  seed: number,
): Round {
  const random = seededRandom(deriveSeed(seed, `spread/${name}`));
  const offsets = clients.map((client, nth) => ({
    client,
    offsetMs: spread === 'evenly' ? (periodMs * nth) / clients.length : periodMs * random(),
  }));
  offsets.sort((one, other) => one.offsetMs - other.offsetMs);
  return {
    periodMs,
    offsetsMs: offsets.map(({ offsetMs }) => offsetMs),
    clients: offsets.map(({ client }) => client),
    period: 0,
    turn: 0,
    nextMs: offsets[0]!.offsetMs,
  };
}

function sendsBefore({ periodMs, offsetsMs }: Round, endMs: number): number {
  return offsetsMs.reduce(
    (sum, offsetMs) => sum + Math.max(0, Math.ceil((endMs - offsetMs) / periodMs)),
    0,
  );
}

function earliest(rounds: readonly Round[]): Round {
  return rounds.reduce((first, round) => (round.nextMs < first.nextMs ? round : first));
}

function advance(round: Round): void {
  round.turn += 1;
  if (round.turn === round.clients.length) {
    round.turn = 0;
    round.period += 1;
  }
  round.nextMs = round.period * round.periodMs + round.offsetsMs[round.turn]!;
}

/**
 * One run of the self-test: clients call the store over a network that loses, delays, cuts, garbles and repeats, while the server
 * crashes now and then; then everything heals, what is unresolved is looked up, and everything is read once more. All of it in virtual
 * time and a function of the seed.
 */
import { seededRandom } from '../../load/seededRandom.ts';
import type { Random } from '../../load/seededRandom.ts';
import type { Answer, Json, JsonObject } from '../../target/target.ts';
import type { History, HistoryCall } from '../history.ts';
import { historyInMemory } from '../historyFile.ts';
import { historyRecorder } from '../historyRecorder.ts';
import type { CallFunction, HistoryRecorder, Resolution } from '../historyRecorder.ts';
import type { WitnessLogEntry } from '../witnessOrder.ts';
import { storeServer } from './storeServer.ts';
import type { StoreParts, StoreServer } from './storeServer.ts';
import { virtualTime } from './virtualTime.ts';
import type { VirtualTime } from './virtualTime.ts';

export interface Campaign {
  readonly history: History;
  readonly log: readonly WitnessLogEntry[];
  /** How often each fault of the network struck. */
  readonly faults: Readonly<Record<Fate, number>>;
}

/** What the network does to one call. */
export type Fate = (typeof FATES)[number];
const FATES = [
  'delivered',
  'reply lost',
  'delayed beyond the time limit',
  'reset before the effect',
  'sent twice',
  'garbled reply',
  'refused before the effect',
] as const;
/** Of all calls: how many are not simply delivered. */
const FAULT_SHARE = 0.15;

const CLIENTS = 5;
const CALLS_PER_CLIENT = 14;
const KEYS = ['x', 'y'];
const CRASHES = 2;
/** Longer than anything that is delivered takes. */
const TIME_LIMIT_MS = 40;
const RUN_MS = 150;
const RETRY_CHANCE = 0.5;

export async function storeCampaign(seed: number, parts: StoreParts): Promise<Campaign> {
  const random = seededRandom(seed);
  const time = virtualTime(random);
  const server = storeServer(time, random, parts);
  const faults = Object.fromEntries(FATES.map((fate) => [fate, 0])) as Record<Fate, number>;
  const sink = historyInMemory();
  const recorder = historyRecorder({
    sink,
    rules: { definite: () => true },
    partitionOf: (_, input) => input['key'] as string,
    idempotencyKeyOf: (_, input) => input['requestId'] as string | undefined,
    witnessSeqOf: (_, output) => (output as JsonObject)['seq'] as number | undefined,
    nowNs: () => time.nowMs() * 1e6,
  });
  const call = network(time, random, server, faults);
  for (let client = 0; client < CLIENTS; client++) {
    void runClient(client, recorder, call, time, random);
  }
  for (let crash = 0; crash < CRASHES; crash++) void crashOnce(recorder, server, time);
  await time.run();

  await recorder.resolve(async ({ idempotencyKey }): Promise<Resolution> => {
    if (idempotencyKey === undefined) return { kind: 'absent' };
    const output = server.lookUp(idempotencyKey);
    return output === undefined ? { kind: 'absent' } : { kind: 'found', output };
  });
  const direct: CallFunction = async (operation, input) =>
    (await server.handle({ operation, input })) ?? CRASHED;
  void finalReads(recorder, direct);
  await time.run();
  return { history: sink.history(), log: server.exportLog(), faults };
}

const CRASHED: Answer = { kind: 'indeterminate', reason: 'the connection was reset' };

async function runClient(
  client: number,
  recorder: HistoryRecorder,
  call: CallFunction,
  time: VirtualTime,
  random: Random,
): Promise<void> {
  const recorded = recorder.client(call, { connection: `client-${client}` });
  for (let index = 0; index < CALLS_PER_CLIENT; index++) {
    await time.sleepBetween(0, 8);
    const { operation, input } = drawCall(random, `${client}-${index}`);
    const first = await recorded.call(operation, input);
    const isLost = first.operation.outcome === 'info' && operation !== 'readPair';
    if (!isLost || random() >= RETRY_CHANCE) continue;
    await recorded.call(operation, input, { retryOf: first.operation.id });
  }
}

/** Few values: that is where wrong orders show, and where lost commands stay checkable. */
function drawCall(random: Random, requestId: string): HistoryCall {
  const key = KEYS[Math.floor(random() * KEYS.length)]!;
  const small = (): number => Math.floor(random() * 4);
  const chance = random();
  const mutation = (operation: string, more: Record<string, Json>): HistoryCall => ({
    operation,
    input: { key, requestId, ...more },
  });
  if (chance < 0.35) return { operation: 'readPair', input: { key } };
  if (chance < 0.5) return mutation('writePair', { value: small() });
  if (chance < 0.65) return mutation('add', { amount: 1 + small() });
  if (chance < 0.75) return mutation('cas', { expected: small(), value: small() });
  if (chance < 0.88) return mutation('enqueue', { value: Math.floor(random() * 1000) });
  return mutation('dequeue', {});
}

function network(
  time: VirtualTime,
  random: Random,
  server: StoreServer,
  faults: Record<Fate, number>,
): CallFunction {
  const travel = (): Promise<void> => time.sleepBetween(0, 5);
  const lost: Answer = { kind: 'indeterminate', reason: 'no reply in time' };
  return async (operation, input) => {
    const fate =
      random() < FAULT_SHARE ? FATES[1 + Math.floor(random() * (FATES.length - 1))]! : 'delivered';
    faults[fate]++;
    const arrive = async (): Promise<Answer> =>
      (await server.handle({ operation, input })) ?? CRASHED;
    await travel();
    switch (fate) {
      case 'delivered':
        break;
      case 'reply lost':
        void arrive();
        await time.sleep(TIME_LIMIT_MS);
        return lost;
      case 'delayed beyond the time limit':
        void time.sleepBetween(0, 2 * TIME_LIMIT_MS).then(arrive);
        await time.sleep(TIME_LIMIT_MS / 2);
        return lost;
      case 'reset before the effect':
        return CRASHED;
      case 'sent twice':
        void time.sleepBetween(0, TIME_LIMIT_MS).then(arrive);
        break;
      case 'garbled reply':
        await arrive();
        return { kind: 'malformed', reason: 'not what the contract says' };
      case 'refused before the effect':
        return { kind: 'refused', problem: { code: 'OVERLOADED' } };
    }
    const answer = await arrive();
    await travel();
    return answer;
  };
}

async function crashOnce(
  recorder: HistoryRecorder,
  server: StoreServer,
  time: VirtualTime,
): Promise<void> {
  await time.sleepBetween(10, RUN_MS);
  recorder.fault({ fault: 'crash', phase: 'injected' });
  server.crash();
  recorder.fault({ fault: 'crash', phase: 'healed' });
}

async function finalReads(recorder: HistoryRecorder, direct: CallFunction): Promise<void> {
  const reader = recorder.client(direct, { connection: 'final' });
  for (const key of KEYS) await reader.call('readPair', { key });
}

/** Plays a workload file: makes its requests, one client's after another's, and learns from their replies. */
import { createHash } from 'node:crypto';
import { clientsPerKey } from './conversationFile.ts';
import type { ConversationScenario } from './conversationFile.ts';
import type { CaseStudy, Operation } from '../contract/caseStudy.ts';
import { toHttpRequest } from '../contract/httpRequest.ts';
import { deriveSeed } from '../run/deriveSeed.ts';
import { valueAt } from '../run/placeholders.ts';
import { sessionIds } from '../run/sessionIds.ts';
import type { Answer, Json, JsonObject } from '../target/target.ts';
import { boundedSend } from './boundedSend.ts';
import { heldRecords } from './heldRecords.ts';
import type { HeldRecords } from './heldRecords.ts';
import type { LaneReply } from './lanes/lane.ts';
import type { LoadRequest, ReplyJudgement } from './loadRequest.ts';
import { WHOLE } from './openLoop.ts';
import type { Share } from './openLoop.ts';
import { seededRandom } from './seededRandom.ts';
import type { Random } from './seededRandom.ts';
import { compileTemplate, evenRank, zipfRank } from './templates.ts';
import type { Draw } from './templates.ts';
import type { MixEntry, RequestEntry, SetupStep, WorkloadFile } from './workloadFile.ts';

export type Call = (operation: string, input: JsonObject) => Promise<Answer>;

export interface Workload {
  /** Of what is sent: two loads with the same one asked the same at the same times. */
  readonly digest: string;
  /** The index-th request of the plan. */
  planned(index: number): LoadRequest;
  /** The next request of one client, for a closed loop. */
  nextOf(client: number): LoadRequest;
  /** Input of an operation for one client, about one key, for set-up and invariants. */
  inputFor(place: Place, input: JsonObject): JsonObject;
  /** The same for many messages of one template; `of` is what only one message has. */
  composer(input: JsonObject): (place: Place, of?: MessageValues) => JsonObject;
  /** Where a client is: with its key, where clients share keys. */
  placeOf(client: number): Place;
  /** The places that `for` names: one for the run, one a client, or one a key. */
  placesFor(what: string): readonly Place[];
  /** @returns why it could not be set up; undefined when it is ready */
  setUp(call: Call): Promise<string | undefined>;
  /** How many replies were held to their message's schema. */
  validated(): number;
}

/** What `$number` and `$received:` stand for. */
export type MessageValues = Pick<Draw, 'number' | 'received'>;

/** Which client asks, and about which key of each name, where that is settled. */
export interface Place {
  readonly client: number;
  readonly keys: Readonly<Record<string, number>>;
}

export interface WorkloadOptions {
  readonly caseStudy: CaseStudy;
  readonly file: WorkloadFile;
  readonly seed: number;
  /** What no other run has: part of every id. */
  readonly runToken: string;
  /** Intended starts in ms: the plan has a request for each. */
  readonly startsMs: Float64Array;
  /** The part of the clients and of the plan that this one plays; default: all. */
  readonly share?: Share;
  /** Its clients share keys, as conversationPlan.ts seats them; without it each request draws its key. */
  readonly conversation?: ConversationScenario;
  /** Told of every output of a planned request. */
  readonly onOutput?: (index: number, operation: string, output: JsonObject) => void;
}

/** What is set up for a key, of which there may be 100 000, is sent so many at a time; for a client one by one. */
const SET_UP_KEYS_AT_ONCE = 32;
/** A request of those that is turned away is sent again, after pauses that double: some 15 s in all. */
const SHED_TRIES = 20;
const SHED_PAUSE_MS = { first: 10, longest: 1000 };
/** Every reply is parsed; one in so many is also held to the schema, so that the generator keeps its time. */
const VALIDATE_EVERY = 10;

interface Request {
  readonly entry: RequestEntry;
  readonly operation: Operation;
  readonly input: (draw: Draw) => JsonObject;
}

/** An entry of the mix: a request, or the newest one of that kind again. */
interface Kind {
  readonly request: Request;
  readonly isRepeat: boolean;
}

interface Client {
  readonly index: number;
  readonly held: HeldRecords;
  /** Of replies to the set-up. */
  readonly saved: Map<string, Json>;
  /** By the entry's name, for what is to be repeated. */
  readonly newest: Map<string, JsonObject>;
  readonly kinds: Random;
  readonly values: Random;
}

export function workload(options: WorkloadOptions): Workload {
  const { caseStudy, file, seed, runToken, startsMs, share = WHOLE, conversation } = options;
  const runId = sessionIds(runToken);
  const byName = new Map(
    file.mix
      .filter((entry) => 'operation' in entry)
      .map((entry): [string, Request] => [
        entry.name,
        {
          entry,
          operation: caseStudy.operations.get(entry.operation)!,
          input: compileTemplate(entry.input),
        },
      ]),
  );
  const repeated = new Set(file.mix.flatMap((e) => ('repeats' in e ? [e.repeats] : [])));
  const kinds: Kind[] = file.mix.map((entry) => ({
    request: byName.get('repeats' in entry ? entry.repeats : entry.name)!,
    isRepeat: 'repeats' in entry,
  }));
  const drawKind = kindDrawer(file.mix);
  const plan = planOf(startsMs.length, drawKind, seededRandom(deriveSeed(seed, 'plan')));
  const clients: Client[] = Array.from({ length: file.clients }, (_, index) => ({
    index,
    held: heldRecords(),
    saved: new Map(),
    newest: new Map(),
    kinds: seededRandom(deriveSeed(seed, `kinds/${index}`)),
    values: seededRandom(deriveSeed(seed, `values/${index}`)),
  }));
  const own = clients.filter(({ index }) => index % share.of === share.index);
  const ranks = new Map(
    Object.entries(file.keys).map(([name, { count, drawn }]) => [
      name,
      drawn === 'evenly' ? evenRank(count) : zipfRank(count),
    ]),
  );
  let serials = 0;
  let replies = 0;
  let validated = 0;

  const drawFor = (
    { index, values, saved }: Client,
    keys: Place['keys'] = {},
    held: Draw['held'] = {},
    of: MessageValues = {},
  ): Draw => {
    const drawn = new Map(Object.entries(keys));
    return {
      random: values,
      runId,
      client: index,
      serial: () => (serials += 1) * share.of + share.index,
      runToken,
      held,
      saved,
      ...of,
      key(name) {
        const key = drawn.get(name) ?? ranks.get(name)!(values);
        drawn.set(name, key);
        return runId(`${name}${key}`);
      },
    };
  };

  const make = (
    client: Client,
    { request: wanted, isRepeat }: Kind,
    index?: number,
  ): LoadRequest => {
    const again = isRepeat ? client.newest.get(wanted.entry.name) : undefined;
    const { takes } = wanted.entry;
    const taken = takes && !again ? client.held.take(takes.set, client.values) : undefined;
    const request = takes && !taken && !again ? byName.get(takes.otherwise)! : wanted;
    const { operation, entry } = request;
    const input = again ?? request.input(drawFor(client, {}, taken));
    if (repeated.has(entry.name)) client.newest.set(entry.name, input);
    return {
      operation: operation.id,
      input,
      http: toHttpRequest(operation, input),
      judge: (reply) => judge(client, operation, entry, reply, again ? 'again' : 'first', index),
    };
  };

  const judge = (
    client: Client,
    operation: Operation,
    entry: RequestEntry,
    reply: LaneReply,
    time: 'first' | 'again',
    index: number | undefined,
  ): ReplyJudgement => {
    const read = reply.kind === 'answer' ? readAnswer(reply.answer) : readHttp(reply);
    if (read.kind === 'unreadable') return { kind: 'error', reason: read.reason };
    if (read.kind === 'problem') return judgeProblem(caseStudy, file, read);
    replies += 1;
    if (reply.kind === 'answer') {
      validated += 1;
    } else if (replies % VALIDATE_EVERY === 1) {
      validated += 1;
      const wrong = operation.response.validate(read.output);
      if (wrong !== undefined) {
        return { kind: 'error', reason: `not the message ${operation.response.name}: ${wrong}` };
      }
    }
    // What a repetition answers was put aside when it was first asked.
    if (time === 'first') hold(client, entry, read.output);
    if (index !== undefined) options.onOutput?.(index, operation.id, read.output);
    const refused = file.refusals.replies.some(({ pointer, values }) =>
      values.includes(valueAt(read.output, pointer) as string),
    );
    return refused ? { kind: 'refused' } : { kind: 'ok' };
  };

  const placeOf = (client: number): Place => {
    if (!conversation) return { client, keys: {} };
    const key = Math.floor(client / clientsPerKey(conversation));
    return { client, keys: { [conversation.key]: key } };
  };

  const placesFor = (what: string): Place[] => {
    if (what === 'run') return [{ client: 0, keys: {} }];
    if (what === 'client') return clients.map(({ index }) => placeOf(index));
    const { count } = file.keys[what]!;
    return Array.from({ length: count }, (_, key) => ({ client: 0, keys: { [what]: key } }));
  };

  const setUp = async (call: Call): Promise<string | undefined> => {
    for (const step of file.setup) {
      const refusal = await setUpStep(call, step);
      if (refusal !== undefined) return refusal;
    }
    for (const { request, perClient } of file.fill) {
      for (let round = 0; round < perClient; round += 1) {
        const refusals = await Promise.all(
          own.map((client) => fillOne(call, client, byName.get(request)!)),
        );
        const refusal = refusals.find((each) => each !== undefined);
        if (refusal !== undefined) return refusal;
      }
    }
    return undefined;
  };

  /** What is not a client's own is the first generator's to set up. */
  const setUpStep = async (call: Call, step: SetupStep): Promise<string | undefined> => {
    const places = placesFor(step.for).filter(({ client }) => client % share.of === share.index);
    const inputOf = compileTemplate(step.input);
    const atOnce = file.keys[step.for] ? SET_UP_KEYS_AT_ONCE : 1;
    return boundedSend(places, atOnce, async ({ client, keys }) => {
      const input = inputOf(drawFor(clients[client]!, keys));
      const send = (): Promise<Answer> => call(step.operation, input);
      const answer = await untilCarried(send, caseStudy);
      if (answer.kind !== 'ok') return `${step.operation}: ${sayAnswer(answer)}`;
      for (const [name, pointer] of Object.entries(step.save ?? {})) {
        const value = valueAt(answer.output, pointer);
        if (value === undefined) return `${step.operation}: its reply has nothing at ${pointer}`;
        clients[client]!.saved.set(name, value);
      }
      return undefined;
    });
  };

  const fillOne = async (
    call: Call,
    client: Client,
    { operation, entry, input }: Request,
  ): Promise<string | undefined> => {
    const answer = await call(operation.id, input(drawFor(client)));
    if (answer.kind !== 'ok') return `${operation.id}: ${sayAnswer(answer)}`;
    hold(client, entry, answer.output);
    return undefined;
  };

  const composer: Workload['composer'] = (input) => {
    const template = compileTemplate(input);
    return ({ client, keys }, of) => template(drawFor(clients[client]!, keys, {}, of));
  };

  return {
    digest: digestOf({ ...file, conversation }, seed, plan, startsMs),
    planned: (index) =>
      make(own[Math.floor(index / share.of) % own.length]!, kinds[plan[index]!]!, index),
    nextOf(client) {
      const asked = own[client % own.length]!;
      return make(asked, kinds[drawKind(asked.kinds)]!);
    },
    inputFor: (place, input) => composer(input)(place),
    composer,
    placeOf,
    placesFor,
    setUp,
    validated: () => validated,
  };
}

type Read =
  | { readonly kind: 'output'; readonly output: JsonObject }
  /** `status` only where the binding has one. */
  | { readonly kind: 'problem'; readonly problem: Json; readonly status?: number }
  | { readonly kind: 'unreadable'; readonly reason: string };

function readHttp({ status, body }: Extract<LaneReply, { kind: 'http' }>): Read {
  let value: Json;
  try {
    value = JSON.parse(body.toString('utf8')) as Json;
  } catch {
    return { kind: 'unreadable', reason: `status ${status} with a body that is not JSON` };
  }
  if (status < 200 || status > 299) return { kind: 'problem', problem: value, status };
  return { kind: 'output', output: value as JsonObject };
}

function readAnswer(answer: Answer): Read {
  switch (answer.kind) {
    case 'ok':
      return { kind: 'output', output: answer.output };
    case 'refused':
      return { kind: 'problem', problem: answer.problem as Json };
    case 'malformed':
    case 'indeterminate':
      return { kind: 'unreadable', reason: answer.reason };
  }
}

function hold(client: Client, { holds }: RequestEntry, reply: Json): void {
  if (!holds) return;
  if (holds.when) {
    const bound = valueAt(reply, holds.when.pointer);
    if (typeof bound !== 'number' || bound <= holds.when.above) return;
  }
  const record: Record<string, Json> = {};
  for (const [name, pointer] of Object.entries(holds.record)) {
    const value = valueAt(reply, pointer);
    if (value === undefined || value === null) return;
    record[name] = value;
  }
  client.held.put(holds.set, record);
}

function judgeProblem(
  caseStudy: CaseStudy,
  { refusals }: WorkloadFile,
  { problem, status }: Extract<Read, { kind: 'problem' }>,
): ReplyJudgement {
  const code = String(valueAt(problem, '/code') ?? 'without a code');
  const reason = status === undefined ? code : `status ${status}, ${code}`;
  const row = caseStudy.errors.get(code);
  if (!row || (status !== undefined && row.httpStatus !== status)) return { kind: 'error', reason };
  if (refusals.codes.includes(code)) return { kind: 'refused' };
  return { kind: refusals.shedding.includes(code) ? 'shed' : 'error', reason };
}

/** Who turns something away without an effect, too much at a time say, means "not now", and has to be asked again. */
async function untilCarried(send: () => Promise<Answer>, { errors }: CaseStudy): Promise<Answer> {
  let pauseMs = SHED_PAUSE_MS.first;
  for (let tries = 1; ; tries += 1) {
    const answer = await send();
    const row = answer.kind === 'refused' ? errors.get(answer.problem.code) : undefined;
    const isForNow = row?.retryable === true && row.definite;
    if (!isForNow || tries === SHED_TRIES) return answer;
    await new Promise((wake) => setTimeout(wake, pauseMs));
    pauseMs = Math.min(2 * pauseMs, SHED_PAUSE_MS.longest);
  }
}

function sayAnswer(answer: Exclude<Answer, { kind: 'ok' }>): string {
  if (answer.kind !== 'refused') return answer.reason;
  const { code, detail } = answer.problem;
  return `refused with ${code}${detail === undefined ? '' : ` (${detail})`}`;
}

/** @returns a function from a source of randomness to the index of an entry, as likely as its weight says */
function kindDrawer(mix: readonly MixEntry[]): (random: Random) => number {
  const sum = mix.reduce((total, { weight }) => total + weight, 0);
  return (random) => {
    let left = random() * sum;
    const found = mix.findIndex(({ weight }) => (left -= weight) < 0);
    return found === -1 ? mix.length - 1 : found;
  };
}

function planOf(
  requests: number,
  drawKind: (random: Random) => number,
  random: Random,
): Uint8Array {
  return Uint8Array.from({ length: requests }, () => drawKind(random));
}

function digestOf(
  file: WorkloadFile & { readonly conversation: ConversationScenario | undefined },
  seed: number,
  plan: Uint8Array,
  startsMs: Float64Array,
): string {
  const { clients, keys, setup, fill, mix, conversation } = file;
  const { stream, groups } = conversation ?? {};
  const sent = { clients, keys, setup, fill, mix, stream, groups };
  const hash = createHash('sha256').update(JSON.stringify(sent));
  hash.update(`/${seed}/`).update(plan).update(new Uint8Array(startsMs.buffer));
  return hash.digest('hex').slice(0, 16);
}

/** Plays a workload file: makes its requests, one client's after another's, and learns from their replies. */
import { createHash } from 'node:crypto';
import type { CaseStudy, Operation } from '../contract/caseStudy.ts';
import { toHttpRequest } from '../contract/httpRequest.ts';
import type { HttpRequest } from '../contract/httpRequest.ts';
import { deriveSeed } from '../run/deriveSeed.ts';
import { valueAt } from '../run/placeholders.ts';
import type { Answer, Json, JsonObject, Target } from '../target/target.ts';
import { heldRecords } from './heldRecords.ts';
import type { HeldRecords } from './heldRecords.ts';
import type { ReplyJudgement } from './loadRequest.ts';
import type { ParsedResponse } from './responseParser.ts';
import { seededRandom } from './seededRandom.ts';
import type { Random } from './seededRandom.ts';
import { compileTemplate } from './templates.ts';
import type { Draw } from './templates.ts';
import type { MixEntry, SetupStep, WorkloadFile } from './workloadFile.ts';

export interface WorkloadRequest {
  readonly operation: string;
  readonly input: JsonObject;
  readonly http: HttpRequest;
  readonly judge: (response: Pick<ParsedResponse, 'status' | 'body'>) => ReplyJudgement;
}

export interface Workload {
  /** Of the file, the seed and the sequence of requests: two runs with the same one were asked the same. */
  readonly digest: string;
  /** The index-th request of the plan. */
  planned(index: number): WorkloadRequest;
  /** The next request of one client, for a closed loop. */
  nextOf(client: number): WorkloadRequest;
  /** Input of an operation for one client, for set-up and invariants. */
  inputFor(client: number, input: JsonObject): JsonObject;
  /** @returns why it could not be set up; undefined when it is ready */
  setUp(target: Target): Promise<string | undefined>;
  /** How many replies were held to their message's schema. */
  validated(): number;
}

export interface WorkloadOptions {
  readonly caseStudy: CaseStudy;
  readonly file: WorkloadFile;
  readonly seed: number;
  /** Makes a name unique to this run. */
  readonly runId: (name: string) => string;
  /** Length of the plan. */
  readonly requests: number;
}

/** Every reply is parsed; one in so many is also held to the schema, so that the generator keeps its time. */
const VALIDATE_EVERY = 10;

interface Request {
  readonly entry: MixEntry;
  readonly operation: Operation;
  readonly input: (draw: Draw) => JsonObject;
}

interface Client {
  readonly index: number;
  readonly held: HeldRecords;
  readonly kinds: Random;
  readonly values: Random;
}

export function workload({ caseStudy, file, seed, runId, requests }: WorkloadOptions): Workload {
  const compiled: Request[] = file.mix.map((entry) => ({
    entry,
    operation: caseStudy.operations.get(entry.operation)!,
    input: compileTemplate(entry.input),
  }));
  const byName = new Map(compiled.map((request) => [request.entry.name, request]));
  const drawKind = kindDrawer(file.mix);
  const plan = planOf(requests, drawKind, seededRandom(deriveSeed(seed, 'plan')));
  const clients: Client[] = Array.from({ length: file.clients }, (_, index) => ({
    index,
    held: heldRecords(),
    kinds: seededRandom(deriveSeed(seed, `kinds/${index}`)),
    values: seededRandom(deriveSeed(seed, `values/${index}`)),
  }));
  let serials = 0;
  let replies = 0;
  let validated = 0;

  const drawFor = ({ index, values }: Client, held: Draw['held'] = {}): Draw => ({
    random: values,
    runId,
    client: index,
    serial: () => (serials += 1),
    held,
  });

  const make = (client: Client, wanted: Request): WorkloadRequest => {
    const { takes } = wanted.entry;
    const taken = takes && client.held.take(takes.set, client.values);
    const request = takes && !taken ? byName.get(takes.otherwise)! : wanted;
    const { operation, entry } = request;
    const input = request.input(drawFor(client, taken));
    return {
      operation: operation.id,
      input,
      http: toHttpRequest(operation, input),
      judge: (response) => judge(client, operation, entry, response),
    };
  };

  const judge = (
    client: Client,
    operation: Operation,
    entry: MixEntry,
    { status, body }: Pick<ParsedResponse, 'status' | 'body'>,
  ): ReplyJudgement => {
    let reply: Json;
    try {
      reply = JSON.parse(body.toString('utf8')) as Json;
    } catch {
      return { kind: 'error', reason: `status ${status} with a body that is not JSON` };
    }
    if (status < 200 || status > 299) return judgeProblem(caseStudy, file, status, reply);
    replies += 1;
    if (replies % VALIDATE_EVERY === 1) {
      validated += 1;
      const wrong = operation.response.validate(reply);
      if (wrong !== undefined) {
        return { kind: 'error', reason: `not the message ${operation.response.name}: ${wrong}` };
      }
    }
    hold(client, entry, reply);
    const refused = file.refusals.replies.some(({ pointer, values }) =>
      values.includes(valueAt(reply, pointer) as string),
    );
    return refused ? { kind: 'refused' } : { kind: 'ok' };
  };

  const setUp = async (target: Target): Promise<string | undefined> => {
    const call = async (operation: string, input: JsonObject): Promise<string | undefined> => {
      const answer = await target.call(operation, input);
      return answer.kind === 'ok' ? undefined : `${operation}: ${sayAnswer(answer)}`;
    };
    const inputOf = (client: Client, step: SetupStep): JsonObject =>
      compileTemplate(step.input)(drawFor(client));
    for (const step of file.setup) {
      const times = step.for === 'run' ? clients.slice(0, 1) : clients;
      for (const client of times) {
        const refusal = await call(step.operation, inputOf(client, step));
        if (refusal !== undefined) return refusal;
      }
    }
    for (const { request, perClient } of file.fill) {
      for (let round = 0; round < perClient; round += 1) {
        const refusals = await Promise.all(
          clients.map((client) => fillOne(target, client, byName.get(request)!)),
        );
        const refusal = refusals.find((each) => each !== undefined);
        if (refusal !== undefined) return refusal;
      }
    }
    return undefined;
  };

  const fillOne = async (
    target: Target,
    client: Client,
    { operation, entry, input }: Request,
  ): Promise<string | undefined> => {
    const answer = await target.call(operation.id, input(drawFor(client)));
    if (answer.kind !== 'ok') return `${operation.id}: ${sayAnswer(answer)}`;
    hold(client, entry, answer.output);
    return undefined;
  };

  return {
    digest: digestOf(file, seed, plan),
    planned: (index) => make(clients[index % clients.length]!, compiled[plan[index]!]!),
    nextOf(client) {
      const asked = clients[client % clients.length]!;
      return make(asked, compiled[drawKind(asked.kinds)]!);
    },
    inputFor: (client, input) => compileTemplate(input)(drawFor(clients[client]!)),
    setUp,
    validated: () => validated,
  };
}

function hold(client: Client, { holds }: MixEntry, reply: Json): void {
  if (!holds) return;
  const bound = valueAt(reply, holds.when.pointer);
  if (typeof bound !== 'number' || bound <= holds.when.above) return;
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
  status: number,
  problem: Json,
): ReplyJudgement {
  const code = String(valueAt(problem, '/code') ?? 'without a code');
  const expected = refusals.codes.includes(code);
  if (expected && caseStudy.errors.get(code)?.httpStatus === status) return { kind: 'refused' };
  return { kind: 'error', reason: `status ${status}, ${code}` };
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

function digestOf(file: WorkloadFile, seed: number, plan: Uint8Array): string {
  const hash = createHash('sha256').update(JSON.stringify(file)).update(`/${seed}/`).update(plan);
  return hash.digest('hex').slice(0, 16);
}

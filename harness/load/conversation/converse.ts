/**
 * Clients that converse with an implementation over its streams: each sends when the schedule says, whatever it has heard by then, and
 * the time to the message that answers counts from the intended send, as in openLoop.ts.
 */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { Stream } from '../../contract/caseStudy.ts';
import { toStreamPath } from '../../contract/httpRequest.ts';
import { boundedSend } from '../boundedSend.ts';
import type { OnWindow } from '../generator/generator.ts';
import { monotonicMs, WHOLE } from '../openLoop.ts';
import type { OpenLoopEnd, Pacing, Share } from '../openLoop.ts';
import { OUTCOMES, toUs } from '../sampleLog.ts';
import type { Outcome, SampleLog } from '../sampleLog.ts';
import type { Stretch } from '../tally.ts';
import type { Workload } from '../workload.ts';
import type { WorkloadFile } from '../workloadFile.ts';
import { openClient, sendText } from './conversationClient.ts';
import type { ConversationClient, Heard } from './conversationClient.ts';
import type { GroupClients, SendSchedule } from './conversationPlan.ts';
import { hearing } from './hearing.ts';
import type { Hearing } from './hearing.ts';
import { schedulePlayer } from './schedulePlayer.ts';

export interface ConversationRun {
  readonly groups: readonly GroupClients[];
  /** Its schedule is of the groups that read, its operations are their names. */
  readonly log: SampleLog;
  /** Whose each send of the log is. */
  readonly clientOf: Int32Array;
  /** Of the groups that stall: sent, and not logged. */
  readonly stalled: SendSchedule;
  readonly phases: readonly Stretch[];
  /** When the stalled groups stop reading. */
  readonly stallsFromMs: number;
  readonly timeoutMs: number;
  readonly pacing: Pacing;
  /** `none`: messages are not held to the schema, because what does nothing sends them. */
  readonly validation: 'sampled' | 'none';
}

export interface ConversationOptions extends ConversationRun {
  /** `http://HOST:PORT`. */
  readonly address: string;
  readonly stream: Stream;
  readonly work: Workload;
  readonly refusals: WorkloadFile['refusals'];
  readonly share?: Share;
  /** Called when every client is open: resolves to time zero, on the clock of `monotonicMs`. */
  readonly ready: () => Promise<number>;
  readonly onWindow?: OnWindow;
}

/** Plain data: it may cross to another thread. */
export interface ConversationEnd extends OpenLoopEnd {
  /** Of each client, whether or not it stalled. */
  readonly heard: readonly { readonly client: number; readonly phases: readonly Heard[] }[];
  /** Why clients that read ended before the load did. */
  readonly failures: readonly string[];
  /** Of the messages that were looked at as a whole: as they should be, saying no in an expected way, and wrong. */
  readonly checked: { readonly ok: number; readonly refused: number; readonly errors: number };
}

const OPENED_AT_ONCE = 32;
const SWEEP_MS = 20;
const LOOP_DELAY_RESOLUTION_MS = 1;

/** What goes wrong is counted. @throws SpecError for a template that names what its client does not have */
export async function converse(options: ConversationOptions): Promise<ConversationEnd> {
  const { log, phases, groups, share = WHOLE, timeoutMs } = options;
  const { startsMs, lagUs, sentUs, endUs, outcome } = log;
  const countFromMs = phases[0]!.fromMs;
  const endMs = phases.at(-1)!.toMs;
  const loopDelay = monitorEventLoopDelay({ resolution: LOOP_DELAY_RESOLUTION_MS });
  const clients = new Map<number, ConversationClient>();
  const failures: string[] = [];
  let zeroMs = Infinity;
  let isOver = false;
  const elapsedMs = (): number => performance.now() - zeroMs;

  const settle = (index: number, became: Outcome, nowMs: number): void => {
    endUs[index] = toUs(nowMs - startsMs[index]!);
    outcome[index] = OUTCOMES.indexOf(became) + 1;
  };
  const settleUnanswered = ({ unanswered }: ConversationClient, became: Outcome): void => {
    while (unanswered.length() > 0) settle(unanswered.shift()!.index, became, elapsedMs());
  };
  const ears: Hearing = hearing(options, {
    onAnswer({ unanswered }, number, nowMs) {
      while (unanswered.length() > 0 && unanswered.first()!.number <= number)
        settle(unanswered.shift()!.index, 'ok', nowMs);
    },
  });
  const composers = new Map(
    groups.flatMap(({ group }) =>
      group.sends ? [[group, options.work.composer(group.sends.message)] as const] : [],
    ),
  );
  for (const { group, clients: all } of groups)
    composers.get(group)?.(options.work.placeOf(all[0]!), { number: 1 });

  const numbers = new Map(log.operations.map((name, place) => [name, place + 1]));
  const sendTo = (client: ConversationClient, index: number | undefined): void => {
    const number = client.sent + 1;
    const message = composers.get(client.group)!(options.work.placeOf(client.client), { number });
    if (!sendText(client, JSON.stringify(message))) {
      const isOpen = client.socket.readyState === client.socket.OPEN;
      if (index !== undefined) settle(index, isOpen ? 'missed' : 'error', elapsedMs());
      return;
    }
    client.sent = number;
    if (index !== undefined) client.unanswered.push({ number, index });
  };

  const judged = schedulePlayer(startsMs, (index, nowMs) => {
    const client = clients.get(options.clientOf[index]!);
    if (!client) return;
    log.operation[index] = numbers.get(client.group.name)!;
    lagUs[index] = sentUs[index] = toUs(nowMs - startsMs[index]!);
    sendTo(client, index);
  });
  const { stalled } = options;
  const unjudged = schedulePlayer(stalled.startsMs, (index) => {
    const client = clients.get(stalled.clientOf[index]!);
    if (client) sendTo(client, undefined);
  });

  const sendDue = (nowMs: number): void => {
    judged.sendDue(nowMs);
    unjudged.sendDue(nowMs);
  };

  const events = {
    onMessage(client: ConversationClient, message: Buffer): void {
      if (isOver) return;
      ears.onMessage(client, message, elapsedMs());
      // A hundred snapshots come at once, at every tick: what is due meanwhile does not wait for the last of them.
      sendDue(elapsedMs());
    },
    onEnd(client: ConversationClient, reason: string): void {
      if (isOver || client.group.stalled) return;
      failures.push(`a client of ${client.group.name}: ${reason}`);
      settleUnanswered(client, 'error');
    },
  };

  const own = groups.flatMap(({ group, clients: all }) =>
    all
      .filter((client) => client % share.of === share.index)
      .map((client) => ({ client, group, urlOf: urlOf(options, group.input) })),
  );
  const aborted = await boundedSend(own, OPENED_AT_ONCE, async ({ client, group, urlOf }) => {
    try {
      clients.set(
        client,
        await openClient(urlOf(client), { client, group }, phases.length, events),
      );
      return undefined;
    } catch (error) {
      return `a client of ${group.name} could not be opened: ${(error as Error).message}`;
    }
  });

  // Also of one that gives up: the others wait for it.
  const zero = await options.ready();
  if (aborted === undefined) {
    zeroMs = performance.now() + (zero - monotonicMs());
    await play();
  }
  isOver = true;
  loopDelay.disable();
  for (const client of clients.values()) settleUnanswered(client, 'timeout');
  options.onWindow?.('ends');
  for (const { socket } of clients.values()) socket.terminate();
  const delayMs = loopDelay.count === 0 ? 0 : loopDelay.percentile(99) / 1e6;
  return {
    loopDelayP99Us: Math.max(0, toUs(delayMs - LOOP_DELAY_RESOLUTION_MS)),
    errorSamples: ears.errorSamples,
    ...(aborted !== undefined && { aborted }),
    heard: [...clients.values()].map(({ client, heard }) => ({ client, phases: heard })),
    failures,
    checked: ears.checked(),
  };

  /** Until everything is answered or given up, and the last phase is over. */
  function play(): Promise<void> {
    return new Promise((resolve) => {
      let isCounting = false;
      let isStalled = false;
      let sweptMs = 0;
      const turn = (): void => {
        const nowMs = elapsedMs();
        if (!isCounting && nowMs >= countFromMs) {
          isCounting = true;
          loopDelay.enable();
          options.onWindow?.('begins');
        }
        if (!isStalled && nowMs >= options.stallsFromMs) {
          isStalled = true;
          for (const { group, socket } of clients.values()) if (group.stalled) socket.pause();
        }
        sendDue(nowMs);
        if (nowMs - sweptMs >= SWEEP_MS) {
          sweptMs = nowMs;
          const isQuiet = sweep(nowMs);
          if (nowMs >= endMs && isQuiet && judged.isOver()) return resolve();
        }
        if (options.pacing === 'spin' && !judged.isOver()) setImmediate(turn);
        else setTimeout(turn, 1);
      };
      turn();
    });
  }

  /** Gives up what has waited too long. @returns whether nothing waits any more */
  function sweep(nowMs: number): boolean {
    let waiting = 0;
    for (const { unanswered } of clients.values()) {
      while (unanswered.length() > 0 && nowMs - startsMs[unanswered.first()!.index]! >= timeoutMs)
        settle(unanswered.shift()!.index, 'timeout', nowMs);
      waiting += unanswered.length();
    }
    return waiting === 0;
  }
}

function urlOf(
  { address, stream, work }: ConversationOptions,
  input: GroupClients['group']['input'],
): (client: number) => string {
  const inputOf = work.composer(input);
  return (client) =>
    address.replace(/^http/, 'ws') + toStreamPath(stream, inputOf(work.placeOf(client)));
}

/** Keeps an implementation from writing any file, for checks that what cannot be recorded is not done. */
import { setTimeout as sleep } from 'node:timers/promises';
import { evidence } from '../../fault/evidence.ts';
import { limitFileSize } from '../../fault/processLimit.ts';
import type { HostFault } from '../../fault/processLimit.ts';
import type { Answer, JsonObject, Target } from '../../target/target.ts';
import { CouldNotRun, NotApplicable, Violation } from '../check.ts';
import type { Session } from '../check.ts';

/** Lets the target's process write no more than so many bytes of any file. */
export type LimitFiles = (target: Target, bytes: number) => Promise<HostFault>;

/** Of the process that casemark started for it. */
export const limitProcess: LimitFiles = async ({ process }, bytes) => {
  const groupId = process?.pid();
  if (groupId !== undefined) return limitFileSize(groupId, bytes);
  const none = evidence('skipped', 'It limits the files of a process, and casemark started none.');
  return { evidence: none, heal: async () => none };
};

export interface Command {
  readonly operation: string;
  readonly input: JsonObject;
}

export interface Sent extends Command {
  /** ok or refused. */
  readonly answer: Answer;
}

export interface UnwritableStore {
  readonly session: Session;
  readonly target: Target;
  readonly limitFiles: LimitFiles;
  /** The only code with which a command may be refused meanwhile. */
  readonly code: string;
  /** Nothing but the store may speak against any of them. */
  waveOf(wave: number): readonly Command[];
}

/** An implementation may hold back what it writes, so the first commands may still be recorded: that many are tried. */
const MAX_WAVES = 20;
const ENOUGH_REFUSALS = 10;
/** How long it may take to notice that it can write again; one that does not notice may need a restart. */
const MAX_NOTICE_MS = 3_000;
const ASK_AGAIN_MS = 25;

/**
 * Sends wave after wave until enough were refused; then the files can be written again.
 * @throws NotApplicable where a running process cannot be limited
 * @throws Violation for another answer than ok or a refusal with the code
 */
export async function sendUnwritable(store: UnwritableStore): Promise<Sent[]> {
  const { session, target } = store;
  const fault = await store.limitFiles(target, 0);
  const sent: Sent[] = [];
  try {
    if (fault.evidence.bite === 'skipped') throw new NotApplicable(fault.evidence.why);
    if (fault.evidence.bite !== 'installed') throw new CouldNotRun(fault.evidence.why);
    const refusals = (): number => sent.filter(({ answer }) => answer.kind === 'refused').length;
    for (let wave = 0; wave < MAX_WAVES && refusals() < ENOUGH_REFUSALS; wave += 1) {
      const answers = store.waveOf(wave).map(async ({ operation, input }) => {
        const answer = await session.raw(operation, input);
        return { operation, input, answer: holdAnswer(answer, operation, store) };
      });
      sent.push(...(await Promise.all(answers)));
    }
  } catch (error) {
    await fault.heal();
    throw error;
  }
  const healed = await fault.heal();
  if (healed.bite === 'indeterminate') throw new CouldNotRun(healed.why);
  return sent;
}

function holdAnswer(
  answer: Answer,
  operation: string,
  { target, code }: Pick<UnwritableStore, 'target' | 'code'>,
): Answer {
  if (answer.kind === 'ok') return answer;
  const why = `While no file could be written ${operation} was`;
  if (answer.kind === 'refused') {
    const { problem } = answer;
    if (problem.code === code) return answer;
    throw new Violation(`${why} refused with ${problem.code} instead of ${code}.`, code, problem);
  }
  const ended = target.ended();
  if (ended !== undefined) {
    throw new Violation(`${why} not answered: the implementation ended (${ended}).`);
  }
  if (answer.kind === 'malformed') {
    throw new Violation(`${why} answered wrongly: ${answer.reason}.`);
  }
  if (answer.reply) {
    const { reason, reply } = answer;
    throw new Violation(`${why} not refused with ${code}: ${reason}.`, code, reply);
  }
  throw new CouldNotRun(`${why} not answered: ${answer.reason}.`);
}

/**
 * Until it takes commands again: by itself, or after a restart.
 * @param restart kills it and starts it on the same data
 * @throws Violation when it refuses for ever
 */
export async function untilWritable(
  takesCommands: () => Promise<boolean>,
  restart: () => Promise<void>,
): Promise<void> {
  if (await becomesTrue(takesCommands)) return;
  await restart();
  if (await becomesTrue(takesCommands)) return;
  throw new Violation(
    'Files can be written again, and it refuses every command, also after a restart.',
  );
}

async function becomesTrue(takesCommands: () => Promise<boolean>): Promise<boolean> {
  const deadlineMs = performance.now() + MAX_NOTICE_MS;
  do {
    if (await takesCommands()) return true;
    await sleep(ASK_AGAIN_MS);
  } while (performance.now() < deadlineMs);
  return false;
}

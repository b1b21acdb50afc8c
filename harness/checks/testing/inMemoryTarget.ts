/** Reaches a system in this process as a Target, held to the contract like any other. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CaseStudy } from '../../contract/caseStudy.ts';
import { headersBeside, judgeOutput, judgeProblem, withReceived } from '../../target/judgeReply.ts';
import { DEFAULT_START_CLOCK_MS } from '../../target/launchTarget.ts';
import type { Answer, JsonObject, Target } from '../../target/target.ts';
import type { TargetFactory } from '../../target/targetFactory.ts';
import type { World } from '../../world/world.ts';
import { copyPlain } from './copyPlain.ts';
import { inMemoryStream } from './inMemoryStream.ts';
import type { InMemorySubscriber, StreamLife, TellSubscriber } from './inMemoryStream.ts';

export type SystemAnswer = ({ output: object } | { problem: { code: string } }) & {
  headers?: Readonly<Record<string, string>>;
};

/** What can be killed and made again. */
export interface InMemorySystem {
  call(operation: string, input: object): SystemAnswer | Promise<SystemAnswer>;
  /** Instead of call, for what has not the shape of the operation's message. Default: INVALID_REQUEST. */
  invalid?(operation: string, input: object): SystemAnswer | Promise<SystemAnswer>;
  /** What a subscriber is told first, with what it does for one that sends; or the code of a refusal. */
  subscribe?(
    stream: string,
    input: JsonObject,
    tell: TellSubscriber,
  ): object[] | InMemorySubscriber | { code: string };
  /** What is in flight is lost. */
  kill?(): void;
  /** Nothing is left but what is on disk; it goes on from there. */
  restart(clockMs: number): void;
}

export function inMemoryTarget(
  caseStudy: CaseStudy,
  system: InMemorySystem,
  capabilities = capabilitiesOf(caseStudy),
): Target {
  /** What was asked of one life is not answered by the next. */
  let life = beginLife();
  let clockMs = DEFAULT_START_CLOCK_MS;
  const lost = { kind: 'indeterminate', reason: 'the system was killed' } as const;
  const end = async (): Promise<void> => {
    await nextTurn();
    life.end();
    system.kill?.();
  };

  const askSystem = (
    isInvalid: boolean,
    operation: string,
    input: JsonObject,
  ): SystemAnswer | Promise<SystemAnswer> => {
    const given = copyPlain(input);
    if (!isInvalid) return system.call(operation, given);
    return system.invalid?.(operation, given) ?? { problem: { code: 'INVALID_REQUEST' } };
  };

  return {
    ...{ binding: 'module', capabilities },
    ...{ startClockMs: DEFAULT_START_CLOCK_MS, canRestart: true },
    async call(operation, input): Promise<Answer> {
      const row = caseStudy.operations.get(operation)!;
      const asking = life;
      await nextTurn();
      if (asking.isOver()) return lost;
      const asked = askSystem(row.request.validate(input) !== undefined, operation, input);
      const json = copyPlain(asked instanceof Promise ? await asking.orEnd(asked) : asked);
      const { clock } = caseStudy;
      if (json && 'output' in json && clock?.operation === operation) {
        clockMs = Number(input[clock.nowField]);
      }
      await nextTurn();
      if (asking.isOver() || json === undefined) return lost;
      const judged =
        'output' in json
          ? judgeOutput(caseStudy, row, json.output, 'a reply')
          : judgeProblem(caseStudy, operation, json.problem, 'a refusal');
      const headers = 'headers' in json ? headersBeside(json.headers) : undefined;
      return withReceived(judged, { headers, body: JSON.stringify(json) });
    },
    async subscribe(stream, input, onEvent) {
      const row = caseStudy.streams.get(stream)!;
      if (life.isOver()) return lost;
      const { tell, open, cancel } = inMemoryStream(caseStudy, row, onEvent, life);
      const answer = system.subscribe?.(stream, input, tell) ?? { code: 'NOT_SUPPORTED' };
      if ('code' in answer) {
        cancel();
        return judgeProblem(caseStudy, stream, answer, 'a refusal');
      }
      const subscriber = Array.isArray(answer) ? { first: answer } : answer;
      subscriber.first.forEach(tell);
      return { kind: 'ok', subscription: open(subscriber) };
    },
    ended: () => (life.isOver() ? 'was killed' : undefined),
    responds: async () => !life.isOver(),
    kill: end,
    async restart(newClockMs = clockMs) {
      await end();
      clockMs = newClockMs;
      life = beginLife();
      system.restart(clockMs);
    },
    close: end,
  };
}

interface Life extends StreamLife {
  end(): void;
  /** Undefined when it ends first. */
  orEnd<T>(answer: Promise<T>): Promise<T | undefined>;
}

/** Keeps no trace of what has been answered: a life may see a hundred thousand calls. */
function beginLife(): Life {
  const open = new Set<(nothing: undefined) => void>();
  const listeners = new Set<() => void>();
  let isOver = false;
  return {
    isOver: () => isOver,
    end() {
      isOver = true;
      for (const give of open) give(undefined);
      open.clear();
      for (const listener of [...listeners]) listener();
    },
    onEnd(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    orEnd: (answer) =>
      new Promise((resolve, reject) => {
        open.add(resolve);
        const settled = (): void => void open.delete(resolve);
        answer.then(resolve, reject).finally(settled);
      }),
  };
}

function capabilitiesOf(caseStudy: CaseStudy): ReadonlySet<string> {
  return new Set(caseStudy.capabilities.map(({ id }) => id));
}

/** As many instances as are asked for. */
export function inMemoryFactory(
  caseStudy: CaseStudy,
  name: string,
  open: (clockMs: number) => InMemorySystem,
  world?: World,
): TargetFactory {
  const capabilities = capabilitiesOf(caseStudy);
  return {
    ownInstances: true,
    world,
    launch: async () => inMemoryTarget(caseStudy, open(DEFAULT_START_CLOCK_MS), capabilities),
    implementation: {
      ...{ name, version: '0', language: 'TypeScript', source: name, dir: '.' },
      ...{ binding: 'module', start: { kind: 'module', file: '-' }, env: {} },
      ...{
        readyPath: '/',
        readyTimeoutMs: 1,
        capabilities,
        knownFailures: [],
        variants: {},
      },
    },
  };
}

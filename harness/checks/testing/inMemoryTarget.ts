/** Reaches a system in this process as a Target, held to the contract like any other. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CaseStudy } from '../../contract/caseStudy.ts';
import {
  headersBeside,
  judgeOutput,
  judgeProblem,
  judgeStreamMessage,
  withReceived,
} from '../../target/judgeReply.ts';
import { DEFAULT_START_CLOCK_MS } from '../../target/launchTarget.ts';
import type { Answer, JsonObject, StreamEvent, Target } from '../../target/target.ts';
import type { TargetFactory } from '../../target/targetFactory.ts';
import type { World } from '../../world/world.ts';

export type SystemAnswer = ({ output: object } | { problem: { code: string } }) & {
  headers?: Readonly<Record<string, string>>;
};

/** What can be killed and made again. */
export interface InMemorySystem {
  call(operation: string, input: object): SystemAnswer | Promise<SystemAnswer>;
  /** Instead of call, for what has not the shape of the operation's message. Default: INVALID_REQUEST. */
  invalid?(operation: string, input: object): SystemAnswer | Promise<SystemAnswer>;
  /** What a subscriber is told first, or the code of a refusal. */
  subscribe?(
    stream: string,
    input: JsonObject,
    onMessage: (message: object) => void,
  ): object[] | { code: string };
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
  /** Aborted with the life: what was asked of one life is not answered by the next. */
  let life = new AbortController();
  let clockMs = DEFAULT_START_CLOCK_MS;
  const lost: Answer = { kind: 'indeterminate', reason: 'the system was killed' };
  const end = async (): Promise<void> => {
    await nextTurn();
    life.abort();
    system.kill?.();
  };

  const askSystem = (
    isInvalid: boolean,
    operation: string,
    input: JsonObject,
  ): SystemAnswer | Promise<SystemAnswer> => {
    const given = structuredClone(input);
    if (!isInvalid) return system.call(operation, given);
    return system.invalid?.(operation, given) ?? { problem: { code: 'INVALID_REQUEST' } };
  };

  return {
    ...{ binding: 'module', capabilities },
    ...{ startClockMs: DEFAULT_START_CLOCK_MS, canRestart: true },
    async call(operation, input): Promise<Answer> {
      const row = caseStudy.operations.get(operation)!;
      const { signal } = life;
      await nextTurn();
      if (signal.aborted) return lost;
      const asked = askSystem(row.request.validate(input) !== undefined, operation, input);
      const answer = await Promise.race([asked, endOf(signal)]);
      const json = structuredClone(answer);
      const { clock } = caseStudy;
      if (json && 'output' in json && clock?.operation === operation) {
        clockMs = Number(input[clock.nowField]);
      }
      await nextTurn();
      if (signal.aborted || json === undefined) return lost;
      const judged =
        'output' in json
          ? judgeOutput(caseStudy, row, json.output, 'a reply')
          : judgeProblem(caseStudy, operation, json.problem, 'a refusal');
      const headers = 'headers' in json ? headersBeside(json.headers) : undefined;
      return withReceived(judged, { headers, body: JSON.stringify(json) });
    },
    async subscribe(stream, input, onEvent) {
      const row = caseStudy.streams.get(stream)!;
      let isSubscribed = true;
      const tell = (message: object): void => {
        const event: StreamEvent = judgeStreamMessage(caseStudy, row, structuredClone(message));
        setImmediate(() => {
          if (isSubscribed) onEvent(event);
        });
      };
      const first = system.subscribe?.(stream, input, tell) ?? { code: 'NOT_SUPPORTED' };
      if (!Array.isArray(first)) return judgeProblem(caseStudy, stream, first, 'a refusal');
      first.forEach(tell);
      const close = async (): Promise<void> => {
        await nextTurn();
        isSubscribed = false;
      };
      return { kind: 'ok', subscription: { close } };
    },
    ended: () => (life.signal.aborted ? 'was killed' : undefined),
    responds: async () => !life.signal.aborted,
    kill: end,
    async restart(newClockMs = clockMs) {
      await end();
      clockMs = newClockMs;
      life = new AbortController();
      system.restart(clockMs);
    },
    close: end,
  };
}

function endOf(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
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

/** Reaches a venue in this process as a Target, held to the contract like any other. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CaseStudy } from '../../../contract/caseStudy.ts';
import { judgeOutput, judgeProblem, judgeStreamMessage } from '../../../target/judgeReply.ts';
import { DEFAULT_START_CLOCK_MS } from '../../../target/launchTarget.ts';
import type { Answer, JsonObject, StreamEvent, Target } from '../../../target/target.ts';
import type { TargetFactory } from '../../../target/targetFactory.ts';

export type VenueAnswer = { output: object } | { problem: { code: string } };

/** What can be killed and made again. */
export interface InMemoryVenue {
  call(operation: string, input: object): VenueAnswer;
  /** What a subscriber is told first; undefined: there is no such symbol. */
  subscribe(input: JsonObject, onMessage: (message: object) => void): object[] | undefined;
  /** Nothing is left but what is on disk; it goes on from there. */
  restart(clockMs: number): void;
}

const CAPABILITIES = new Set(['virtual-clock', 'state-hash', 'restart']);

export function inMemoryTarget(caseStudy: CaseStudy, venue: InMemoryVenue): Target {
  /** Counts the lives: what was asked of one life is not answered by the next. */
  let life = 1;
  let isUp = true;
  const lost: Answer = { kind: 'indeterminate', reason: 'the venue was killed' };

  return {
    ...{ binding: 'module', capabilities: CAPABILITIES },
    ...{ startClockMs: DEFAULT_START_CLOCK_MS, canRestart: true },
    async call(operation, input): Promise<Answer> {
      const row = caseStudy.operations.get(operation)!;
      const asked = life;
      await nextTurn();
      if (!isUp || asked !== life) return lost;
      const wrong = row.request.validate(input);
      const given = structuredClone(input);
      const answer = wrong
        ? { problem: { code: 'INVALID_REQUEST' } }
        : venue.call(operation, given);
      const json = structuredClone(answer);
      await nextTurn();
      if (!isUp || asked !== life) return lost;
      return 'output' in json
        ? judgeOutput(caseStudy, row, json.output, 'a reply')
        : judgeProblem(caseStudy, operation, json.problem, 'a refusal');
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
      const first = venue.subscribe(input, tell);
      if (!first) {
        return judgeProblem(caseStudy, stream, { code: 'UNKNOWN_SYMBOL' }, 'a refusal');
      }
      first.forEach(tell);
      const close = async (): Promise<void> => {
        await nextTurn();
        isSubscribed = false;
      };
      return { kind: 'ok', subscription: { close } };
    },
    ended: () => (isUp ? undefined : 'was killed'),
    responds: async () => isUp,
    async kill() {
      await nextTurn();
      isUp = false;
    },
    async restart(clockMs = DEFAULT_START_CLOCK_MS) {
      await nextTurn();
      life += 1;
      venue.restart(clockMs);
      isUp = true;
    },
    async close() {
      await nextTurn();
      isUp = false;
    },
  };
}

/** As many instances as are asked for. */
export function inMemoryFactory(
  caseStudy: CaseStudy,
  name: string,
  open: (clockMs: number) => InMemoryVenue,
): TargetFactory {
  return {
    ownInstances: true,
    launch: async () => inMemoryTarget(caseStudy, open(DEFAULT_START_CLOCK_MS)),
    implementation: {
      ...{ name, version: '0', language: 'TypeScript', source: name, dir: '.' },
      ...{ binding: 'module', start: { kind: 'module', file: '-' }, env: {} },
      ...{
        readyPath: '/',
        readyTimeoutMs: 1,
        capabilities: CAPABILITIES,
        knownFailures: [],
        variants: {},
      },
    },
  };
}

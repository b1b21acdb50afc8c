import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { LocalWorld } from '../../world/localWorld.ts';
import type { Check } from '../check.ts';
import type { InMemorySystem, SystemAnswer } from '../testing/inMemoryTarget.ts';
import { cardData } from './cardData.ts';
import { fraudDecision } from './fraudDecision.ts';
import { DEFAULT_FREEDOMS } from './testing/freedoms.ts';
import { runCheckOn } from './testing/judgePayments.ts';
import type { OpenPlatform } from './testing/judgePayments.ts';
import { memoryPlatform } from './testing/platforms.ts';
import { webhooks } from './webhooks.ts';

const sound = memoryPlatform({ freedoms: DEFAULT_FREEDOMS });

type Answered = (
  answer: SystemAnswer,
  operation: string,
  input: object,
  system: InMemorySystem,
) => SystemAnswer | Promise<SystemAnswer>;

/** A sound platform whose answers are spoilt on their way out. */
function answering(spoil: Answered): OpenPlatform {
  return (clockMs, world) => {
    const system = sound(clockMs, world);
    return {
      ...system,
      call: async (operation, input) =>
        spoil(await system.call(operation, input), operation, input, system),
      invalid: (operation, input) =>
        spoil({ problem: { code: 'INVALID_REQUEST' } }, operation, input, system),
    };
  };
}

/** A sound platform whose webhooks are spoilt on their way out. */
function delivering(spoil: (input: object) => { input?: object; body?: string }): OpenPlatform {
  return (clockMs, world) => {
    const call: LocalWorld['call'] = (operation, input, options) => {
      if (operation !== 'receiveWebhook') return world.call(operation, input, options);
      const spoilt = spoil(input);
      return world.call(operation, { ...input, ...spoilt.input }, { ...options, ...spoilt });
    };
    return sound(clockMs, { ...world, call });
  };
}

function quoting(answer: SystemAnswer, input: object): SystemAnswer {
  if (!('problem' in answer)) return answer;
  const problem = { ...answer.problem, detail: JSON.stringify(input) };
  return { ...answer, problem };
}

/** The merchants of payments, of whatever platform. */
const owners = new Map<string, string>();

async function scoreOf(system: InMemorySystem, answer: SystemAnswer): Promise<number | undefined> {
  if (!('output' in answer) || !('paymentId' in answer.output)) return undefined;
  const { paymentId, merchantId } = answer.output as { paymentId: string; merchantId: string };
  owners.set(paymentId, merchantId);
  const risk = await system.call('getRisk', { paymentId, merchantId });
  return 'output' in risk ? (risk.output as { score: number }).score : undefined;
}

const PLATFORMS: readonly [what: string, check: string, open: OpenPlatform][] = [
  [
    'quotes a request that has not the message’s shape',
    'no-number-in-replies',
    answering((answer, operation, input) =>
      operation === 'createPayment' && 'surprise' in input ? quoting(answer, input) : answer,
    ),
  ],
  [
    'quotes a request under a used key',
    'no-number-in-replies',
    answering((answer, _operation, input) =>
      'problem' in answer && answer.problem.code === 'IDEMPOTENCY_KEY_REUSED'
        ? quoting(answer, input)
        : answer,
    ),
  ],
  [
    'tells the security code',
    'no-number-in-replies',
    answering((answer, _operation, input) => {
      const { cvc } = (input as { paymentMethod?: { cvc?: string } }).paymentMethod ?? {};
      return 'output' in answer ? { ...answer, output: { ...answer.output, cvc } } : answer;
    }),
  ],
  [
    'tells the score as a percentage',
    'score-is-private',
    answering(async (answer, operation, _input, system) => {
      const score = operation === 'createPayment' ? await scoreOf(system, answer) : undefined;
      if (score === undefined || !('output' in answer)) return answer;
      return { ...answer, output: { ...answer.output, riskScore: Math.round(score * 100) } };
    }),
  ],
  [
    'tells every merchant the score',
    'score-is-private',
    answering(async (answer, operation, input, system) => {
      await scoreOf(system, answer);
      const { paymentId = '' } = input as { paymentId?: string };
      if (operation !== 'getRisk' || 'output' in answer) return answer;
      return system.call('getRisk', { paymentId, merchantId: owners.get(paymentId) });
    }),
  ],
  [
    'makes up a new eventId for each delivery',
    'delivered-at-least-once',
    delivering(() => ({ input: { eventId: randomUUID() } })),
  ],
  [
    'signs another text than it sends',
    'deliveries-are-signed',
    delivering((input) => ({ body: JSON.stringify(input, undefined, 2) })),
  ],
];

const checks = new Map(
  [...fraudDecision, ...cardData, ...webhooks].map((check: Check) => [check.id, check]),
);

test.each(PLATFORMS)('a platform that %s fails %s', async (_what, id, open) => {
  const check = checks.get(id);
  expect(check).toBeDefined();
  await expect(check && runCheckOn(open, check)).rejects.toMatchObject({ name: 'Violation' });
});

test.each(['no-number-in-replies', 'score-is-private'])(
  'a platform whose answers pass through unspoilt passes %s',
  async (id) => {
    const check = checks.get(id);
    expect(
      await (check &&
        runCheckOn(
          answering((answer) => answer),
          check,
        )),
    ).toBeDefined();
  },
);

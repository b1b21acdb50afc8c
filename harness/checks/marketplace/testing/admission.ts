/** How many orders are in progress at once. */
import type { PutAdmission } from '../../../../spec/marketplace/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { has, refused } from './life.ts';
import type { Life } from './life.ts';
import { openStep } from './step.ts';

export function isFull(life: Life): boolean {
  return life.ordersInProgress >= life.state.maxOrdersInProgress;
}

export function shed(life: Life): SystemAnswer {
  if (has(life, 'refuses orders without Retry-After')) return refused('OVERLOADED');
  return refused('OVERLOADED', {}, { 'retry-after': '1' });
}

/** Carries it out if there is room. */
export async function admitted(
  life: Life,
  carryOut: () => Promise<SystemAnswer>,
): Promise<SystemAnswer> {
  if (isFull(life) && !has(life, 'ignores the admission limit')) {
    if (!has(life, 'lets orders wait instead of refusing them')) return shed(life);
    while (isFull(life)) await new Promise<void>((resolve) => life.waiting.push(resolve));
  }
  life.ordersInProgress += 1;
  let isPaid = false;
  try {
    const answer = await carryOut();
    isPaid = 'output' in answer;
    return answer;
  } finally {
    if (isPaid || !has(life, 'keeps the slot of an order that failed')) life.ordersInProgress -= 1;
    life.waiting.shift()?.();
  }
}

export function putAdmission(life: Life, { maxOrdersInProgress }: PutAdmission): SystemAnswer {
  const step = openStep(life);
  step.put({ maxOrdersInProgress });
  step.write();
  return { output: { maxOrdersInProgress } };
}

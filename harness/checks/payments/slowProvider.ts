/** A provider that takes its time, so that commands really meet in flight. */
import type { Shop } from './shop.ts';
import type { WorldOperationName } from './worldQuestions.ts';

const MOVING_MONEY: readonly WorldOperationName[] = [
  'createCharge',
  'captureCharge',
  'voidCharge',
  'refundCharge',
];

/** Until told otherwise the shop's first provider carries these out at once, and answers so much later. */
export async function slowDown({ world, providerId }: Shop, ms: number): Promise<void> {
  await Promise.all(
    MOVING_MONEY.map((operation) => world.script(operation, providerId, [], { kind: 'slow', ms })),
  );
}

/** The outside services of the payments case: a vault, a fraud scorer, a sanctions list, providers, and merchants' webhook receivers. */
import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../../target/target.ts';
import type { CreateSimulators } from '../../world/world.ts';
import { createFates } from '../kit/world/idFates.ts';
import { failed, SILENCE } from '../kit/world/replies.ts';
import { scriptedWorld } from '../kit/world/scriptedWorld.ts';
import { canHave, carryOutOwn } from './world/behaviours.ts';
import { createCarryOut } from './world/carryOut.ts';
import { filterIn, seenCharge } from './world/charge.ts';
import { createChargeBooks } from './world/chargeBooks.ts';
import { createProviders } from './world/providers.ts';
import { isWorldOperation, scriptId } from './world/scriptId.ts';
import { createVault } from './world/vault.ts';
import type { OwnBehaviour, WorldOperationName } from './worldQuestions.ts';

const SECRET_BYTES = 32;

export const createSimulators: CreateSimulators = () => {
  const vault = createVault(randomBytes(SECRET_BYTES));
  const books = createChargeBooks();
  const carryOut = createCarryOut(vault, createProviders(books, vault.numberOf));
  const fateOf = createFates();

  /** Beside its scripting id: the payment and the merchant that a call, or its charge, is about. */
  const idsOf = (operation: WorldOperationName, input: JsonObject): string[] => {
    const charge =
      operation === 'getProviderRefund'
        ? books.findRefund(String(input['providerId']), String(input['refundReference']))?.charge
        : books.find(String(input['providerId']), String(input['reference']));
    const { paymentId = charge?.paymentId, merchantId = charge?.merchantId } = input;
    return [paymentId, merchantId].filter((id): id is string => typeof id === 'string');
  };

  return scriptedWorld<WorldOperationName, OwnBehaviour>({
    title: 'payments',
    isOperation: isWorldOperation,
    scriptId,
    idsOf,
    carryOut,
    asUsual(operation, input) {
      if (operation !== 'createCharge') return carryOut(operation, input);
      const [providerId, reference] = [String(input['providerId']), String(input['reference'])];
      const isBooked = books.find(providerId, reference) !== undefined;
      const fate = fateOf(providerId, reference, isBooked);
      if (fate === 'refused') return failed(503);
      const reply = carryOut(operation, input);
      return fate === 'silent' ? SILENCE : reply;
    },
    canHave,
    behave: (behaviour, operation, input) => carryOutOwn(carryOut, behaviour, operation, input),
    questions: { charges: (question) => books.list(filterIn(question)).map(seenCharge) },
  });
};

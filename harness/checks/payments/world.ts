/** The outside services of the payments case: a vault, a fraud scorer, a sanctions list, providers, and merchants' webhook receivers. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../target/target.ts';
import type { CreateSimulators, WorldCall, WorldReply } from '../../world/world.ts';
import type { Behaviour, WorldOperationName } from './worldQuestions.ts';
import { createCallLog } from './world/callLog.ts';
import { createCarryOut } from './world/carryOut.ts';
import { createChargeBooks } from './world/chargeBooks.ts';
import { createHeldCalls } from './world/heldCalls.ts';
import { createFates } from './world/idBehaviour.ts';
import { createProviders } from './world/providers.ts';
import { answerQuestion } from './world/questions.ts';
import { isWorldOperation, scriptId, scriptKey } from './world/scriptId.ts';
import { createScripts } from './world/scripts.ts';
import { createVault } from './world/vault.ts';

const SECRET_BYTES = 32;
const SILENCE: WorldReply = { kind: 'silence' };
const RESET: WorldReply = { kind: 'reset' };

export const createSimulators: CreateSimulators = () => {
  const vault = createVault(randomBytes(SECRET_BYTES));
  const books = createChargeBooks();
  const carryOut = createCarryOut(vault, createProviders(books, vault.numberOf));
  const fateOf = createFates();
  const scripts = createScripts();
  const held = createHeldCalls();
  const log = createCallLog(Date.now);

  const asUsual = (operation: WorldOperationName, input: JsonObject): WorldReply => {
    if (operation !== 'createCharge') return carryOut(operation, input);
    const charge = {
      providerId: String(input['providerId']),
      reference: String(input['reference']),
    };
    const fate = fateOf(charge, books.find(charge.providerId, charge.reference) !== undefined);
    if (fate === 'refused') return failed(503);
    const reply = carryOut(operation, input);
    return fate === 'silent' ? SILENCE : reply;
  };

  const behave = async (
    behaviour: Behaviour,
    operation: WorldOperationName,
    { input, signal }: WorldCall,
  ): Promise<WorldReply> => {
    switch (behaviour.kind) {
      case 'usual':
        return asUsual(operation, input);
      case 'decline':
        return carryOut(operation, input, behaviour.declineCode);
      case 'answer':
      case 'text':
        return { kind: 'reply', status: 200, body: behaviour.body };
      case 'error':
        return failed(behaviour.status);
      case 'silence':
        return SILENCE;
      case 'reset':
        return RESET;
      case 'silenceBooked':
        carryOut(operation, input);
        return SILENCE;
      case 'resetBooked':
        carryOut(operation, input);
        return RESET;
      case 'slow': {
        const reply = carryOut(operation, input);
        // An abort says that the caller is gone: then nobody is there to be answered.
        return sleep(behaviour.ms, reply, { signal }).catch(() => SILENCE);
      }
      case 'hold': {
        const reply = carryOut(operation, input);
        const key = scriptKey(operation, scriptId(operation, input));
        return (await held.hold(key, signal)) === 'released' ? reply : SILENCE;
      }
    }
  };

  /** What a check may ask for a call by: its scripting id, and the payment and merchant that it, or its charge, is about. */
  const idsOf = (operation: WorldOperationName, input: JsonObject): string[] => {
    const charge =
      operation === 'getProviderRefund'
        ? books.findRefund(String(input['providerId']), String(input['refundReference']))?.charge
        : books.find(String(input['providerId']), String(input['reference']));
    const { paymentId = charge?.paymentId, merchantId = charge?.merchantId } = input;
    return [scriptId(operation, input), paymentId, merchantId].filter(
      (id): id is string => typeof id === 'string',
    );
  };

  return {
    async call(call) {
      const { operation, input } = call;
      if (!isWorldOperation(operation)) throw new Error(`nobody plays ${operation}.`);
      log.add(call, idsOf(operation, input));
      const key = scriptKey(operation, scriptId(operation, input));
      return behave(scripts.take(key), operation, call);
    },
    ask: (question) => answerQuestion({ scripts, held, books, log }, question),
  };
};

function failed(status: number): WorldReply {
  return { kind: 'reply', status, body: { detail: 'The service has a problem.' } };
}

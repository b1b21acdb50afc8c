/** What a check can ask of this world, as the questions of worldQuestions.ts. */
import type { Json, JsonObject } from '../../../target/target.ts';
import type { ChargeFilter, WorldOperationName } from '../worldQuestions.ts';
import { parseBehaviour, parseBehaviours } from './behaviours.ts';
import type { CallLog } from './callLog.ts';
import { seenCharge } from './charge.ts';
import type { ChargeBooks } from './chargeBooks.ts';
import type { HeldCalls } from './heldCalls.ts';
import { isWorldOperation, scriptKey } from './scriptId.ts';
import type { Scripts } from './scripts.ts';

export interface Asked {
  readonly scripts: Scripts;
  readonly held: HeldCalls;
  readonly books: ChargeBooks;
  readonly log: CallLog;
}

/** @throws Error with a sentence for a question that it does not know */
export function answerQuestion({ scripts, held, books, log }: Asked, question: JsonObject): Json {
  switch (question['ask']) {
    case 'script': {
      const operation = operationIn(question);
      const next = parseBehaviours(operation, question['behaviours'] ?? []);
      const then = parseBehaviour(operation, question['then'] ?? { kind: 'usual' });
      scripts.set(keyIn(question), next, then);
      return null;
    }
    case 'release': {
      const key = keyIn(question);
      scripts.release(key);
      held.release(key);
      return null;
    }
    case 'held':
      return held.count(keyIn(question));
    case 'charges':
      return books.list(filterIn(question)).map(seenCharge);
    case 'calls':
      return log.list(textIn(question, 'id'), operationsIn(question));
    default:
      throw new Error(
        `The payments world knows no question ${JSON.stringify(question['ask'])}: ask script, release, held, charges or calls.`,
      );
  }
}

function keyIn(question: JsonObject): string {
  return scriptKey(operationIn(question), textIn(question, 'id'));
}

function operationIn({ operation }: JsonObject): WorldOperationName {
  if (isWorldOperation(operation)) return operation;
  throw new Error(`${JSON.stringify(operation)} is no operation of the payments world.`);
}

function operationsIn({ operations }: JsonObject): WorldOperationName[] | undefined {
  if (operations === undefined) return undefined;
  if (!Array.isArray(operations)) throw new Error('"operations" is no list.');
  return operations.map((operation) => operationIn({ operation }));
}

function filterIn({ paymentId, providerId, merchantId }: JsonObject): ChargeFilter {
  return {
    ...(typeof paymentId === 'string' && { paymentId }),
    ...(typeof providerId === 'string' && { providerId }),
    ...(typeof merchantId === 'string' && { merchantId }),
  };
}

function textIn(question: JsonObject, name: string): string {
  const value = question[name];
  if (typeof value === 'string') return value;
  throw new Error(`A question "${String(question['ask'])}" needs the text "${name}".`);
}

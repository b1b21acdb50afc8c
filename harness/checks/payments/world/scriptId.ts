/** The operations of the world, and the id by which each is scripted. */
import type { JsonObject } from '../../../target/target.ts';
import type { WorldOperationName } from '../worldQuestions.ts';
import { numberIn } from './vault.ts';
import type { Method } from './vault.ts';

const field =
  (name: string) =>
  (input: JsonObject): string =>
    String(input[name]);

const SCRIPTED_BY: Readonly<Record<WorldOperationName, (input: JsonObject) => string>> = {
  tokenize: (input) => numberIn(input as unknown as Method),
  scoreFraud: field('deviceId'),
  screenSanctions: field('name'),
  createCharge: field('providerId'),
  getCharge: field('providerId'),
  captureCharge: field('providerId'),
  voidCharge: field('providerId'),
  refundCharge: field('providerId'),
  getProviderRefund: field('providerId'),
  receiveWebhook: field('merchantId'),
};

export function isWorldOperation(name: unknown): name is WorldOperationName {
  return typeof name === 'string' && Object.hasOwn(SCRIPTED_BY, name);
}

export function scriptId(operation: WorldOperationName, input: JsonObject): string {
  return SCRIPTED_BY[operation](input);
}

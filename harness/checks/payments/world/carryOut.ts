/** What each operation does when nobody has said otherwise. */
import type { JsonObject } from '../../../target/target.ts';
import type { WorldReply } from '../../../world/world.ts';
import { answered } from '../../kit/world/replies.ts';
import type { ProviderDecline, WorldOperationName } from '../worldQuestions.ts';
import type { ChargeRequest } from './charge.ts';
import type { CaptureRequest, Named, Providers, RefundRequest } from './providers.ts';
import type { Method, Vault } from './vault.ts';

const USUAL_SCORE = 0.1;

/** @param input of the shape that world.schema.json gives the operation */
export type CarryOut = (
  operation: WorldOperationName,
  input: JsonObject,
  decline?: ProviderDecline,
) => WorldReply;

export function createCarryOut(vault: Vault, providers: Providers): CarryOut {
  return (operation, input, decline) => {
    const of = <T>(): T => input as unknown as T;
    switch (operation) {
      case 'tokenize':
        return answered(vault.tokenize(of<Method>()));
      case 'scoreFraud':
        return answered({ score: scoreOf(of<{ deviceId: string }>().deviceId) });
      case 'screenSanctions':
        return answered({ match: false });
      case 'receiveWebhook':
        return answered({ received: true });
      case 'createCharge':
        return providers.createCharge(of<ChargeRequest>(), decline);
      case 'getCharge':
        return providers.getCharge(of<Named>());
      case 'captureCharge':
        return providers.captureCharge(of<CaptureRequest>());
      case 'voidCharge':
        return providers.voidCharge(of<Named>());
      case 'refundCharge':
        return providers.refundCharge(of<RefundRequest>(), decline);
      case 'getProviderRefund':
        return providers.getProviderRefund(of<RefundRequest>());
    }
  };
}

/** `-score-NN` makes it 0.NN. */
function scoreOf(deviceId: string): number {
  const asked = /-score-(\d\d)(?!\d)/.exec(deviceId)?.[1];
  return asked === undefined ? USUAL_SCORE : Number(`0.${asked}`);
}

/** What each operation does when nobody has said otherwise. */
import type { JsonObject } from '../../../target/target.ts';
import type { WorldReply } from '../../../world/world.ts';
import { answered, refused } from '../../kit/world/replies.ts';
import type { CatalogueItem, WorldOperationName } from '../worldQuestions.ts';
import type { Catalogue } from './catalogue.ts';
import type { ChargeRequest, PaymentService } from './paymentService.ts';

/**
 * @param input of the shape that world.schema.json gives the operation
 * @param declines createCharge: what a script wants
 */
export type CarryOut = (
  operation: WorldOperationName,
  input: JsonObject,
  declines?: boolean,
) => WorldReply;

export function createCarryOut(catalogue: Catalogue, payments: PaymentService): CarryOut {
  return (operation, input, declines = false) => {
    const { productId, reference } = input as { productId: string; reference: string };
    switch (operation) {
      case 'getItem':
        return itemReply(catalogue.item(productId));
      case 'putItemPrice':
        return itemReply(catalogue.setPrice(productId, Number(input['priceMinor'])));
      case 'createCharge':
        return payments.createCharge(input as unknown as ChargeRequest, declines);
      case 'getCharge':
        return payments.getCharge(reference);
      case 'voidCharge':
        return payments.voidCharge(reference);
    }
  };
}

function itemReply(item: CatalogueItem | null): WorldReply {
  return item ? answered({ ...item }) : refused(404, 'The catalogue has no such product.');
}

/** `node bench/peers/nodejs-order-book/evidence.ts`: what the package does where its adapter fails. */
import { createRequire } from 'node:module';
import {
  cancelKnowsNoAccount,
  halvesAreAccepted,
  marketHasNoCollar,
  refusedReplaceRemovesTheOrder,
  replaceLosesItsPlace,
  resendIsANewOrder,
  show,
  replaceForgetsTheAccount,
  fokFillsInPart,
} from '../demonstrations.ts';
import type { PackageBookClass } from '../packageBook.ts';

const { OrderBook } = createRequire(import.meta.url)('nodejs-order-book') as {
  OrderBook: PackageBookClass;
};

show('nodejs-order-book', OrderBook, [
  replaceLosesItsPlace,
  replaceForgetsTheAccount,
  fokFillsInPart,
  refusedReplaceRemovesTheOrder,
  resendIsANewOrder,
  cancelKnowsNoAccount,
  halvesAreAccepted,
  marketHasNoCollar,
]);

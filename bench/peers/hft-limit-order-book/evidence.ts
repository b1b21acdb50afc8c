/** `node bench/peers/hft-limit-order-book/evidence.ts`: what the package does where its adapter fails. */
import { createRequire } from 'node:module';
import {
  cancelKnowsNoAccount,
  halvesAreAccepted,
  marketHasNoCollar,
  refusedReplaceRemovesTheOrder,
  replaceLosesItsPlace,
  resendIsANewOrder,
  show,
  noSelfTradePrevention,
} from '../demonstrations.ts';
import type { PackageBookClass } from '../packageBook.ts';

const { OrderBook } = createRequire(import.meta.url)('hft-limit-order-book') as {
  OrderBook: PackageBookClass;
};

show('hft-limit-order-book', OrderBook, [
  replaceLosesItsPlace,
  noSelfTradePrevention,
  refusedReplaceRemovesTheOrder,
  resendIsANewOrder,
  cancelKnowsNoAccount,
  halvesAreAccepted,
  marketHasNoCollar,
]);

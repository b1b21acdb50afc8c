/** What the contract leaves open, as switches of the test market: whichever way they stand, every check must pass. */
import { chooseAmong } from '../../testing/chooseFreedoms.ts';
import type { Chosen } from '../../testing/chooseFreedoms.ts';
import { FLEET_FREEDOMS } from './fleetDefects.ts';
import { PAGE_FREEDOMS } from './pageDefects.ts';
import { POOL_FREEDOMS } from './poolDefects.ts';

/** Of stock, reservations, orders, keys, shards and replicas. The first choice of each is the default. */
const MARKET_FREEDOMS = {
  versionGrowth: ['by one', 'by three'],
  expiry: ['when looked at', 'at the clock'],
  expiryVersion: ['counts', 'does not count'],
  releaseExpired: ['refused', 'answered'],
  foreign: ['FOREIGN_RESERVATION', 'UNKNOWN_RESERVATION'],
  severalRefusals: ['stock first', 'limit first'],
  contention: ['none', 'now and then'],
  keyInFlight: ['waits', 'refused'],
  replay: ['as it was', 'as it stands'],
  defaultsInBody: ['another', 'the same'],
  pendingDeadline: ['stands still', 'runs on'],
  whilePaying: ['refused', 'waits'],
  silentCharge: ['asked for', 'voided', 'sent again'],
  voidedOrder: ['answered', 'PAYMENTS_UNAVAILABLE'],
  cancelledCharge: ['voided before the reply', 'voided behind it'],
  admission: ['after the checks', 'before them'],
  resharding: ['at once', 'refuses changes for a moment'],
  takeOver: ['at once', 'a little later'],
  catchUp: ['at once', 'a little later'],
  readWithoutMajority: ['stale', 'refused'],
  extraFields: ['none', 'some'],
} as const;

/** Of all parts: a part in a file of its own adds its line here. */
export const FREEDOMS = {
  ...MARKET_FREEDOMS,
  ...PAGE_FREEDOMS,
  ...FLEET_FREEDOMS,
  ...POOL_FREEDOMS,
} as const;

export type MarketFreedoms = Chosen<typeof MARKET_FREEDOMS>;
export type Freedoms = Chosen<typeof FREEDOMS>;

export const chooseFreedoms = chooseAmong(FREEDOMS);

export const DEFAULT_FREEDOMS = chooseFreedoms(() => 0);

/** What the contract leaves open, as switches of the test platform: whichever way they stand, every check must pass. */
import { chooseAmong } from '../../testing/chooseFreedoms.ts';
import type { Chosen } from '../../testing/chooseFreedoms.ts';

/** The first choice of each is the default. */
export const FREEDOMS = {
  keyInFlight: ['waits', 'refused'],
  secondCommand: ['waits', 'refused'],
  whileProcessing: ['VERSION_CONFLICT', 'INVALID_STATE'],
  firstReplyHeader: ['none', 'false'],
  defaultsInBody: ['as if written', 'as sent'],
  after503: ['same payment', 'new payment'],
  automaticCapture: ['captured only', 'authorized first'],
  feeRounding: ['up', 'half-even'],
  conversionRounding: ['down', 'half-even'],
  rateWritten: ['as set', 'otherwise'],
  remainderTies: ['first', 'last'],
  plainAllocations: ['the merchant', 'empty'],
  accountNames: ['by kind', 'by network'],
  unansweredCharge: ['found by reference', 'taken back'],
  unresolvedReply: ['processing', 'waits', '503'],
  sameProvider: ['asked once', 'asked again'],
  decisions: ['fraud first', 'compliance first', 'at once'],
  unservedPayment: ['not confirmed', 'confirmed'],
  refundRequested: ['with its outcome', 'before'],
  pendingRefunds: ['count', 'do not count'],
  expiry: ['at its deadline', 'when looked at'],
  expiredCharge: ['lapses', 'is voided'],
  cancelExpired: ['EXPIRED', 'INVALID_STATE'],
  extraEvents: ['none', 'some'],
  extraFields: ['none', 'some'],
} as const;

export type Freedoms = Chosen<typeof FREEDOMS>;

export const chooseFreedoms = chooseAmong(FREEDOMS);

export const DEFAULT_FREEDOMS = chooseFreedoms(() => 0);

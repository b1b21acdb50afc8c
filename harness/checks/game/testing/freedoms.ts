/** What the contract leaves open, as switches of the test system: whichever way they stand, every check must pass. */
import { chooseAmong } from '../../testing/chooseFreedoms.ts';
import type { Chosen } from '../../testing/chooseFreedoms.ts';

/** The first choice of each is the default. */
export const FREEDOMS = {
  unnamedMembers: ['taken without', 'refused'],
  unknownMatch: ['UNKNOWN_MATCH', 'NOT_IN_MATCH'],
  reportsOfUnknownMatch: ['none', 'UNKNOWN_MATCH'],
  sameSeq: ['the first', 'the last'],
  orderOfRefusals: ['by seq', 'by code'],
  corrections: ['one a tick', 'one a refusal'],
  correctionsCome: ['with the tick', 'with the next tick'],
  inBetween: ['kept', 'left out', 'shown'],
  unchangedMembers: ['left out', 'repeated'],
  emptyLists: ['left out', 'sent'],
  base: ['the newest', 'the oldest'],
  events: ['told', 'left out'],
  slowClients: ['lose snapshots', 'are kicked'],
  longSteps: ['carried out', 'refused'],
  malformed: ['reject', 'kick'],
  floods: ['reject', 'kick'],
  departed: ['refused at once', 'taken until the tick'],
  pages: ['up to the limit', 'of seven'],
  oldStates: ['kept', 'gone'],
  endedMatches: ['answered', 'MATCH_ENDED'],
  afterKill: ['goes on', 'lost', 'goes on but for states', 'some are lost'],
  headshots: ['by the formula', 'by another one'],
  flags: ['at once', 'after half as many more'],
  load: ['takes all', 'OVERLOADED now and then'],
} as const;

export type Freedoms = Chosen<typeof FREEDOMS>;

export const chooseFreedoms = chooseAmong(FREEDOMS);

export const DEFAULT_FREEDOMS = chooseFreedoms(() => 0);

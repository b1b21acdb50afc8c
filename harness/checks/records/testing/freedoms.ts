/** What the contract leaves open, as switches of the test system: whichever way they stand, every check must pass. */
import { chooseAmong } from '../../testing/chooseFreedoms.ts';
import type { Chosen } from '../../testing/chooseFreedoms.ts';

/** The first choice of each is the default. */
export const FREEDOMS = {
  unknownToken: ['SESSION_EXPIRED', 'NOT_AUTHENTICATED'],
  missingToken: ['NOT_AUTHENTICATED', 'SESSION_EXPIRED'],
  refusedRequest: ['renews nothing', 'renews the session'],
  idleTimeAfterCrash: ['begins anew', 'goes on'],
  changedUser: ['goes on', 'SESSION_EXPIRED'],
  endOfEnded: ['refused', 'answered'],
  shapeAndSession: ['session first', 'shape first'],
  scopeAndRole: ['scope first', 'role first'],
  oddScopes: ['left out', 'INVALID_SCOPE'],
  takenPatient: ['ACCESS_DENIED', 'VERSION_MISMATCH'],
  erasedRegistration: ['as taken', 'ERASED'],
  replacedLabels: ['INSUFFICIENT_PRIVILEGES', 'VERSION_MISMATCH'],
  order: ['as written', 'newest first'],
  emptiedElements: ['{}', 'left out'],
  dataKeys: ['one', 'one for each write'],
  plainKeys: ['kept for five minutes', 'never kept'],
  askingForKeys: ['to open', 'with each request'],
  dataRotation: ['leaves what there is', 'seals everything anew'],
  failedErasure: ['KMS_UNAVAILABLE', 'erasing'],
  wrongKey: ['RECORD_UNREADABLE', 'KMS_UNAVAILABLE'],
  bytesAtRest: ['base64', 'hex'],
  idOfWritten: ['left out', 'added'],
  invalidRequests: ['no entry', 'an entry'],
  rootsAndProofs: ['an entry', 'no entry'],
  ownEntry: ['not in the page', 'in the page'],
  extraEntries: ['none', 'of operators'],
  extraMembers: ['none', 'some'],
  openGrants: ['one named', 'all named'],
  userOfEndedSession: ['left out', 'named'],
  patientOfLogIn: ['left out', 'named'],
  noSuchTree: ['NO_SUCH_TREE', 'INVALID_REQUEST'],
  sinkBatches: ['up to 1000', 'single entries'],
  deliveries: ['once', 'twice'],
  deliveriesAfterCrash: ['go on', 'begin anew'],
  moreDisclosures: ['none', 'of every purpose'],
  refusalMembers: ['code only', 'an outcome'],
  load: ['takes all', 'OVERLOADED now and then'],
} as const;

export type Freedoms = Chosen<typeof FREEDOMS>;

export const chooseFreedoms = chooseAmong(FREEDOMS);

export const DEFAULT_FREEDOMS = chooseFreedoms(() => 0);

/** clOrdId is the idempotency key of submit and replace, per account, never forgotten. */
import type { ExecutionReport } from '../../../spec/trading/messages.d.ts';
import { canonicalJson } from '../../kit/canonicalJson.ts';
import type { Command, Finished, Venue } from './program.ts';
import { findKey } from './state.ts';

/** Defaults of the contract: a request that spells them out is the same request. */
const DEFAULTS = { tif: 'GTC', postOnly: false, stp: 'CANCEL_TAKER' };

export type KeyCheck =
  { kind: 'fresh' } | { kind: 'resend'; finished: Finished } | { kind: 'conflict' };

/**
 * What a request is to the venue: new, the identical one again (answered with the original report, whatever has become of the
 * order), or another one under a used key. The original is looked up in the journal, which keeps it anyway.
 */
export function checkKey(
  venue: Venue,
  command: Command,
  account: string,
  clOrdId: string,
): KeyCheck {
  const use = findKey(venue.state, account, clOrdId);
  if (!use) return { kind: 'fresh' };
  const original = venue.recall(use.auditSeq);
  const isIdentical = identity(command) === identity(original);
  if (!isIdentical) return { kind: 'conflict' };
  const output = original.output as ExecutionReport;
  return {
    kind: 'resend',
    finished: { kind: 'resend', auditSeq: use.auditSeq, answer: { output } },
  };
}

function identity({ operation, input }: { operation: string; input: object }): string {
  return canonicalJson({ operation, ...DEFAULTS, ...input });
}

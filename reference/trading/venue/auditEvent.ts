import { canonicalJson } from '../../kit/canonicalJson.ts';
import type { Command, Finished } from './program.ts';

/** What the journal holds of an event, beside its hashes. */
export interface AuditRecord {
  auditSeq: number;
  timeMs: number;
  operation: string;
  account: string | null;
  symbol: string | null;
  input: object;
  /** The reply, or the problem document of a refusal. */
  output: object;
}

/** The canonical JSON of a command's audit event. Made before the reply gets its latencies, which no replay could repeat. */
export function auditBody(
  { auditSeq, nowMs, operation, input }: Command,
  { answer, symbol }: Extract<Finished, { kind: 'event' }>,
): string {
  const record: AuditRecord = {
    auditSeq,
    timeMs: nowMs,
    operation,
    account: (input as { account?: string }).account ?? null,
    symbol,
    input,
    output: 'output' in answer ? answer.output : answer.problem,
  };
  return canonicalJson(record);
}

import type { SymbolReport } from '../../../../spec/trading/messages.d.ts';
import type { Instrument } from '../state.ts';

/** `auditSeq` null: a read. */
export function symbolReport(instrument: Instrument, auditSeq: number | null): SymbolReport {
  const { symbol, breaker, seq, referencePriceE4 } = instrument;
  return { symbol, state: breaker.state, seq, referencePriceE4, auditSeq };
}

/** One line of a history file: an operation, what became of an earlier one after all, or a fault. */
import type { Json, JsonObject } from '../target/target.ts';
import type { FaultEvent, FaultPhase, HistoryOperation, Outcome } from './history.ts';

/** The short names keep a file of a million lines readable by a program; `history.ts` says what they mean. */
interface OperationLine {
  i: number;
  p: number;
  op: string;
  key: string;
  in: JsonObject;
  out?: Json;
  type: Outcome;
  tIntended?: number;
  tCall: number;
  tRet?: number;
  tGaveUp?: number;
  evCall: number;
  evRet?: number;
  conn?: string;
  err?: string;
  idem?: string;
  retryOf?: number;
  seq?: number;
  faultsActive: readonly string[];
}

interface FaultLine {
  p: 'nemesis';
  fault: string;
  phase: FaultPhase;
  ev: number;
  t: number;
  target?: string;
  evidence?: string;
}

export type ParsedLine =
  | { readonly kind: 'operation'; readonly operation: HistoryOperation }
  | { readonly kind: 'fault'; readonly fault: FaultEvent };

export function operationLine(operation: HistoryOperation): string {
  const line: OperationLine = {
    i: operation.id,
    p: operation.process,
    op: operation.operation,
    key: operation.partition,
    in: operation.input,
    ...given('out', operation.output),
    type: operation.outcome,
    ...given('tIntended', operation.intendedNs),
    tCall: operation.callNs,
    ...given('tRet', operation.returnNs),
    ...given('tGaveUp', operation.gaveUpNs),
    evCall: operation.callEvent,
    ...given('evRet', operation.returnEvent),
    ...given('conn', operation.connection),
    ...given('err', operation.error),
    ...given('idem', operation.idempotencyKey),
    ...given('retryOf', operation.retryOf),
    ...given('seq', operation.witnessSeq),
    faultsActive: operation.faultsActive,
  };
  return JSON.stringify(line);
}

export function faultLine(fault: FaultEvent): string {
  const line: FaultLine = {
    p: 'nemesis',
    fault: fault.fault,
    phase: fault.phase,
    ev: fault.event,
    t: fault.atNs,
    ...given('target', fault.target),
    ...given('evidence', fault.evidence),
  };
  return JSON.stringify(line);
}

/** The file is our own: a line that is not JSON means that its writer was cut off, and the caller says where. */
export function parseHistoryLine(text: string): ParsedLine {
  const line = JSON.parse(text) as OperationLine | FaultLine;
  if (line.p === 'nemesis') {
    const fault: FaultEvent = {
      fault: line.fault,
      phase: line.phase,
      event: line.ev,
      atNs: line.t,
      ...given('target', line.target),
      ...given('evidence', line.evidence),
    };
    return { kind: 'fault', fault };
  }
  const operation: HistoryOperation = {
    id: line.i,
    process: line.p,
    operation: line.op,
    partition: line.key,
    input: line.in,
    ...given('output', line.out),
    outcome: line.type,
    ...given('intendedNs', line.tIntended),
    callNs: line.tCall,
    ...given('returnNs', line.tRet),
    ...given('gaveUpNs', line.tGaveUp),
    callEvent: line.evCall,
    ...given('returnEvent', line.evRet),
    ...given('connection', line.conn),
    ...given('error', line.err),
    ...given('idempotencyKey', line.idem),
    ...given('retryOf', line.retryOf),
    ...given('witnessSeq', line.seq),
    faultsActive: line.faultsActive,
  };
  return { kind: 'operation', operation };
}

/** `{[name]: value}`, or nothing: an absent field stays absent. */
function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [name in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [name in Name]: Value });
}

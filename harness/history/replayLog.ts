/** Folds the log through the model, partition by partition, and holds every reply and every read against the state at its place (W3). */
import type { HistoryOperation } from './history.ts';
import { observedOutput, UNKNOWN } from './model.ts';
import type { Model, Observed } from './model.ts';
import type { WitnessedEffect } from './witnessEffects.ts';
import type { WitnessViolation } from './witnessOrder.ts';

export function replayLog<State>(
  model: Model<State>,
  effects: readonly WitnessedEffect[],
  reads: readonly HistoryOperation[],
  report: (violation: WitnessViolation) => void,
): void {
  const states = new Map<string, State>();
  const stateOf = (partition: string): State => states.get(partition) ?? model.init();
  let read = 0;
  const replayReads = (beforeSeq: number): void => {
    while (read < reads.length && reads[read]!.witnessSeq! < beforeSeq) {
      const operation = reads[read++]!;
      const step = model.step(stateOf(operation.partition), operation, observedOutput(operation));
      if (step.ok) continue;
      const seq = operation.witnessSeq!;
      report({ rule: 'W3', why: `at ${seq}: ${step.why}`, seq, operations: [operation.id] });
    }
  };
  for (const { entry, acknowledged } of effects) {
    replayReads(entry.seq);
    const { seq, partition } = entry;
    const before = stateOf(partition);
    const outputs: { operations: number[]; output: Observed }[] = [];
    for (const it of acknowledged)
      outputs.push({ operations: [it.id], output: observedOutput(it) });
    if (entry.output !== undefined) outputs.push({ operations: [], output: entry.output });
    let next: State | undefined;
    for (const { operations, output } of outputs) {
      const step = model.step(before, entry, output);
      if (step.ok) next = step.next;
      else report({ rule: 'W3', why: `at ${seq}: ${step.why}`, seq, operations });
    }
    if (next === undefined) {
      const step = model.step(before, entry, UNKNOWN);
      next = step.ok ? step.next : before;
    }
    states.set(partition, next);
  }
  replayReads(Infinity);
}

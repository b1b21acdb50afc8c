/**
 * `casemark/history`: record what concurrent clients see of a service, and judge it.
 *
 *     const sink = historyFile('history.ndjson');
 *     const recorder = historyRecorder({ sink, rules: { definite: () => false } });
 *     const client = recorder.client((operation, input) => callMyService(operation, input));
 *     await client.call('write', { value: 1 });           // several clients at the same time, faults meanwhile
 *     recorder.close();
 *
 *     const { operations } = await readHistory('history.ndjson');
 *     const verdict = checkLinearizability(registerModel(), operations);
 *     if (verdict.verdict === 'illegal') console.log(explainIllegal(registerModel(), verdict.illegal.operations));
 *
 * A verdict is `ok`, `illegal` or `unknown`: a bound that was reached, or no evidence, is never `ok` and never `illegal`. A service that
 * numbers its commands is better judged by `checkWitnessOrder`, which needs no search.
 */
export type { FaultEvent, History, HistoryCall, HistoryOperation, Outcome } from './history.ts';

// A model: init and step, and what makes the search faster.
export { UNKNOWN } from './model.ts';
export type { Model, Observed, Step } from './model.ts';
export { registerModel } from './models/register.ts';
export { keyValueModel } from './models/keyValue.ts';
export { queueModel } from './models/queue.ts';

// Recording.
export { historyRecorder } from './historyRecorder.ts';
export type {
  CallFunction,
  HistoryRecorder,
  Recorded,
  RecordedClient,
  RecorderOptions,
  Resolution,
  ResolveCounts,
} from './historyRecorder.ts';
export { definiteBy } from './classifyAnswer.ts';
export type { OutcomeRules } from './classifyAnswer.ts';
export { historyFile, historyInMemory, parseHistory, readHistory } from './historyFile.ts';
export type { HistorySink } from './historyFile.ts';

// Judging.
export { checkLinearizability } from './linearizability.ts';
export type { CheckBounds, LinearizabilityVerdict, PartitionVerdict } from './linearizability.ts';
export { explainIllegal, operationText } from './explainIllegal.ts';
export type { FinalPath, IllegalExplanation } from './explainIllegal.ts';
export { checkWitnessOrder } from './witnessOrder.ts';
export type {
  WitnessLogEntry,
  WitnessRules,
  WitnessVerdict,
  WitnessViolation,
} from './witnessOrder.ts';

// Concurrent programs from fast-check, and a picture for people.
export { concurrentPrograms, firstFailure, runProgram } from './concurrentProgram.ts';
export type { ConcurrentProgram, ProgramClient, ProgramShape } from './concurrentProgram.ts';
export { timelineHtml } from './timelineHtml.ts';
export type { Timeline } from './timelineHtml.ts';

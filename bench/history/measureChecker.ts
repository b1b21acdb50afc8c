/** How fast are histories judged that are linearizable by construction, and are the same histories with one wrong reply accused? */
import type { HistoryOperation } from '../../harness/history/history.ts';
import { checkLinearizability } from '../../harness/history/linearizability.ts';
import type { CheckBounds } from '../../harness/history/linearizability.ts';
import type { Model } from '../../harness/history/model.ts';
import { keyValueModel } from '../../harness/history/models/keyValue.ts';
import { queueModel } from '../../harness/history/models/queue.ts';
import { registerModel } from '../../harness/history/models/register.ts';
import { generatedHistory } from '../../harness/history/testing/generatedHistory.ts';
import type { RunnableObject } from '../../harness/history/testing/generatedHistory.ts';
import {
  keyValueObject,
  queueObject,
  registerObject,
} from '../../harness/history/testing/runnableObjects.ts';
import { seededRandom } from '../../harness/load/seededRandom.ts';

export type ObjectName = 'register' | 'key-value' | 'queue';

export interface Setting {
  readonly object: ObjectName;
  readonly clients: number;
  readonly indeterminateShare: number;
}

export interface Measurement extends Setting {
  readonly operations: number;
  readonly seconds: number;
  readonly opsPerSec: number;
  readonly partitions: number;
  readonly unknownPartitions: number;
  /** Must be 0: the histories are legal. */
  readonly illegalPartitions: number;
  /** The most configurations that one partition needed, and the bound. */
  readonly mostEntries: number;
  readonly maxEntries: number;
  /** Of the partitions with one reply that nobody can have seen: accused, of those that were decided. */
  readonly corruptedFound: number;
  readonly corruptedDecided: number;
}

export const OPERATIONS_PER_PARTITION = 100;
/** Small, so that the rows that are hard end soon: 64 partitions that reach it take about a second. */
export const BENCH_BOUNDS: CheckBounds = { maxEntries: 20_000, timeLimitMs: 10_000 };
/** The corrupted variant says whether, not how fast. */
const CORRUPTED_PARTITIONS = 50;
/** Until the compiler has seen it all. */
const WARM_UP_PARTITIONS = 50;
const WARM_UP_MS = 300;
/** No object has it, so that no order of anything explains it. */
const NEVER_WRITTEN = 999_999;

interface Bench {
  readonly model: Model<unknown>;
  object(partition: string): RunnableObject<unknown>;
}

const BENCHES: Readonly<Record<ObjectName, Bench>> = {
  register: {
    model: registerModel() as Model<unknown>,
    object: () => registerObject as RunnableObject<unknown>,
  },
  'key-value': {
    model: keyValueModel() as Model<unknown>,
    object: (partition) => keyValueObject(partition) as RunnableObject<unknown>,
  },
  queue: {
    model: queueModel() as Model<unknown>,
    object: () => queueObject() as RunnableObject<unknown>,
  },
};

export function measureChecker(setting: Setting, seed: number, partitions: number): Measurement {
  const { model, object } = BENCHES[setting.object];
  const random = seededRandom(seed);
  const histories = Array.from({ length: partitions }, (_, index) => {
    const partition = `p${index}`;
    const { clients, indeterminateShare } = setting;
    const operations = OPERATIONS_PER_PARTITION;
    return generatedHistory(object(partition), {
      partition,
      operations,
      clients,
      indeterminateShare,
      random,
    });
  });
  const history = histories.flat();
  const warmUp = histories.slice(0, WARM_UP_PARTITIONS).flat();
  checkLinearizability(model, warmUp, { ...BENCH_BOUNDS, timeLimitMs: WARM_UP_MS });

  const startMs = performance.now();
  const verdict = checkLinearizability(model, history, BENCH_BOUNDS);
  const seconds = (performance.now() - startMs) / 1000;
  const { counts } = verdict;

  let corruptedFound = 0;
  let corruptedDecided = 0;
  for (const each of histories.slice(0, CORRUPTED_PARTITIONS)) {
    const { verdict: found } = checkLinearizability(model, corrupted(each), BENCH_BOUNDS);
    if (found !== 'unknown') corruptedDecided++;
    if (found === 'illegal') corruptedFound++;
  }
  return {
    ...setting,
    operations: counts.operations + counts.indeterminate,
    seconds,
    opsPerSec: (counts.operations + counts.indeterminate) / seconds,
    partitions: counts.partitions,
    unknownPartitions: counts.unknownPartitions,
    illegalPartitions: verdict.verdict === 'illegal' ? 1 : 0,
    mostEntries: counts.mostEntries,
    maxEntries: BENCH_BOUNDS.maxEntries!,
    corruptedFound,
    corruptedDecided,
  };
}

/** The last reply with a value gets one that cannot be. */
function corrupted(history: readonly HistoryOperation[]): HistoryOperation[] {
  const isValued = ({ output }: HistoryOperation): boolean =>
    typeof output === 'object' && output !== null && 'value' in output;
  const last = history.findLastIndex(isValued);
  return history.with(last, { ...history[last]!, output: { value: NEVER_WRITTEN } });
}

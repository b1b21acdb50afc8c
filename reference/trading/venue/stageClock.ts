/**
 * Where a command's time went, in ns of a monotonic clock. risk: from the start of the command to the first task for a shard;
 * match: in the shard; execute: from there to the finished report; total: from receipt until the journal was written.
 */
import type { ExecutionReport, StageLatency } from '../../../spec/trading/messages.d.ts';
import type { Answer } from '../../kit/service.ts';

export interface StageClock {
  /** Call where a stage ends. */
  lap(stage: 'risk' | 'match' | 'execute'): void;
  /** Writes the latencies into an execution report that is about to leave; other answers have none. */
  stamp(answer: Answer): Answer;
}

export function stageClock(nowNs: () => number, receivedNs: number): StageClock {
  const latency: StageLatency = { risk: 0, match: 0, execute: 0, total: 0 };
  let since = nowNs();
  return {
    lap(stage) {
      const now = nowNs();
      latency[stage] += Math.round(now - since);
      since = now;
    },
    stamp(answer) {
      if ('output' in answer && 'fills' in answer.output) {
        latency.total = Math.round(nowNs() - receivedNs);
        (answer.output as ExecutionReport).latencyNs = latency;
      }
      return answer;
    },
  };
}

/**
 * Where a command's time went, in ns of a monotonic clock. risk: from the start of the command to the first task for a shard;
 * match: in the shard; execute: from there to the finished report; total: from receipt until the journal was written.
 */
import type { StageLatency } from '../../../spec/trading/messages.d.ts';

export interface StageClock {
  /** Call where a stage ends. */
  lap(stage: 'risk' | 'match' | 'execute'): void;
  total(): StageLatency;
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
    total() {
      latency.total = Math.round(nowNs() - receivedNs);
      return latency;
    },
  };
}

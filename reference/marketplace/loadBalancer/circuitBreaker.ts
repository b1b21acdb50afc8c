/**
 * Whether a backend may be picked. closed: requests flow; open: it failed `failureThreshold` times in a row; half-open: `openMs` later
 * one request may try it; unhealthy: a health check said so. Only picks of the present term count, so that what was sent before a
 * backend failed out does not speak for it afterwards.
 */
import type { Backend } from '../../../spec/marketplace/messages.d.ts';

export interface BreakerLimits {
  /** Failures in a row. */
  readonly failureThreshold: number;
  readonly openMs: number;
}

export interface CircuitBreaker {
  state(nowMs: number): Backend['state'];
  /** Changes whenever the backend goes out: what was picked in an earlier term is not counted. */
  readonly term: number;
  succeed(): void;
  fail(nowMs: number): void;
  setHealthy(healthy: boolean): void;
}

export function circuitBreaker({ failureThreshold, openMs }: BreakerLimits): CircuitBreaker {
  let failuresInARow = 0;
  let openedAtMs: number | undefined;
  let isHealthy = true;
  let term = 0;
  return {
    get term() {
      return term;
    },
    state(nowMs) {
      if (!isHealthy) return 'unhealthy';
      if (openedAtMs === undefined) return 'closed';
      return nowMs >= openedAtMs + openMs ? 'half-open' : 'open';
    },
    succeed() {
      failuresInARow = 0;
      openedAtMs = undefined;
    },
    fail(nowMs) {
      failuresInARow++;
      const isProbe = openedAtMs !== undefined;
      if (!isProbe && failuresInARow < failureThreshold) return;
      openedAtMs = nowMs;
      term++;
    },
    setHealthy(healthy) {
      if (healthy === isHealthy) return;
      isHealthy = healthy;
      failuresInARow = 0;
      openedAtMs = undefined;
      term++;
    },
  };
}

/** What a curve of the Universal Scalability Law says: its throughput, where it peaks, and where its knee is. */

/** X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)) */
export interface ScalabilityCurve {
  /** Throughput of one. */
  readonly lambda: number;
  /** Contention: the share of the work that only one can do at a time. */
  readonly sigma: number;
  /** Coherency: what each has to settle with each other. */
  readonly kappa: number;
}

export function throughputAt({ lambda, sigma, kappa }: ScalabilityCurve, n: number): number {
  return (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
}

/**
 * Where throughput is greatest: sqrt((1 - sigma) / kappa) (Gunther, Guerrilla Capacity Planning, 2007, formula 4.33), at least 1.
 * @returns undefined when kappa is 0: throughput then only ever grows
 */
export function peakOf({ sigma, kappa }: ScalabilityCurve): number | undefined {
  return kappa > 0 ? Math.max(1, Math.sqrt(Math.max(0, 1 - sigma) / kappa)) : undefined;
}

/**
 * Where Kleinrock's power, throughput over response time, is greatest (Kleinrock, Power and deterministic rules of thumb for
 * probabilistic problems in computer communications, ICC 1979): beyond it each further user costs more in waiting than is gained.
 * By Little's law the response time is N / X, so power is X^2 / N, and its derivative is zero at the positive root of
 * 3 kappa N^2 + (sigma - kappa) N - (1 - sigma) = 0. At least 1.
 * @returns undefined when sigma and kappa are 0: a straight line has no knee
 */
export function kneeOf({ sigma, kappa }: ScalabilityCurve): number | undefined {
  if (sigma === 0 && kappa === 0) return undefined;
  const linear = sigma - kappa;
  const root = Math.sqrt(Math.max(0, linear ** 2 + 12 * kappa * (1 - sigma)));
  // The form that does not subtract near-equal numbers; with kappa 0 it is (1 - sigma) / sigma.
  const knee = linear >= 0 ? (2 * (1 - sigma)) / (linear + root) : (root - linear) / (6 * kappa);
  return Number.isFinite(knee) ? Math.max(1, knee) : 1;
}

/** What a fit of the Universal Scalability Law says, as lines for the terminal. */
import { figure } from './figure.ts';
import type { Estimate, Scalability, ScalabilityFit } from './universalScalability.ts';

/** Below it the repeats agree with each other far better than with the curve. */
const DEPARTS_BELOW_P = 0.01;

export function scalabilityText(scalability: Scalability): string[] {
  switch (scalability.kind) {
    case 'refused':
      return [`No scalability law: ${scalability.reason}`];
    case 'fit':
      return [
        formula(scalability),
        `  lambda ${withInterval(scalability.lambda)} ops/s: the throughput of one`,
        `  sigma  ${withInterval(scalability.sigma)}: contention, what only one can do at a time`,
        `  kappa  ${withInterval(scalability.kappa)}: coherency, what each settles with each other`,
        ...knee(scalability),
        ...peak(scalability),
        ...departure(scalability),
      ];
  }
}

function formula(fit: ScalabilityFit): string {
  const { lambda, sigma, kappa } = fit;
  return (
    `Universal Scalability Law: X(N) = ${figure(lambda.value)} N / ` +
    `(1 + ${figure(sigma.value)} (N - 1) + ${figure(kappa.value)} N (N - 1)) ops/s; R2 ${fit.r2.toFixed(4)}, ` +
    `${fit.n} measurements at N = ${figure(fit.lowestConcurrency)} to ${figure(fit.highestConcurrency)}, ` +
    `each within ${figure(fit.relativeError * 100)} % (one standard deviation)`
  );
}

function knee({ knee, highestConcurrency }: ScalabilityFit): string[] {
  if (!knee) return ['Knee: none, the throughput grows in a straight line as far as was measured'];
  const extrapolated = knee.isMeasured
    ? ''
    : `; extrapolated: nothing above N = ${figure(highestConcurrency)} was measured`;
  return [
    `Knee: N = ${withInterval(knee.concurrency)} with ${withInterval(knee.throughputPerS)} ops/s, where throughput / response ` +
      `time (Kleinrock's power) is greatest${extrapolated}`,
  ];
}

function peak({ peak, highestConcurrency }: ScalabilityFit): string[] {
  if (!peak) return ['Peak: none, kappa is 0 and the throughput never falls'];
  const extrapolated = peak.concurrency <= highestConcurrency ? '' : '; extrapolated as well';
  return [
    `Peak: N = ${figure(peak.concurrency)} with ${figure(peak.throughputPerS)} ops/s, beyond it throughput falls${extrapolated}`,
  ];
}

function departure({ lackOfFitP }: ScalabilityFit): string[] {
  if (lackOfFitP === null || lackOfFitP >= DEPARTS_BELOW_P) return [];
  return [
    `The points depart from the law by more than their repeats differ (p = ${lackOfFitP.toExponential(1)}): ` +
      'the intervals hold for the curve, not for the system; look at the points themselves.',
  ];
}

function withInterval({ value, low, high }: Estimate): string {
  const bound = (edge: number | null): string => (edge === null ? 'no bound' : figure(edge));
  return `${figure(value)} (95 %: ${bound(low)} to ${bound(high)})`;
}

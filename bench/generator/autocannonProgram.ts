/** Run by autocannonAtRate.ts with a RateSession; prints CannonPercentile[]. */
import autocannon from 'autocannon';
import type { CannonPercentile, RateSession } from './autocannonAtRate.ts';

const { port, connections, ratePerS, seconds, correction } = JSON.parse(
  process.argv[2]!,
) as RateSession;
// The types do not know the option.
const options: autocannon.Options & { ignoreCoordinatedOmission: boolean } = {
  url: `http://127.0.0.1:${port}/`,
  connections,
  duration: seconds,
  overallRate: ratePerS,
  ignoreCoordinatedOmission: correction === 'without',
};
const { latency } = await autocannon(options);
const told: CannonPercentile[] = [
  { percentile: 90, ms: latency.p90 },
  { percentile: 99, ms: latency.p99 },
  { percentile: 99.9, ms: latency.p99_9 },
];
console.log(JSON.stringify(told));

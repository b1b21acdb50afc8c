/** How late the generator itself is: at 10 000 requests a second on one warm core, against a server that does next to nothing. */
import { atMost, judged, reported } from './acceptance.ts';
import type { Acceptance, AcceptanceRow } from './acceptance.ts';
import { startCannedServer } from './cannedServer.ts';
import { isInstalled } from './isInstalled.ts';
import { median } from './median.ts';
import { startMeasuredServer } from './startServer.ts';
import type { RunningServer } from './startServer.ts';

const RATE_PER_S = 10_000;
const LANES = 20;
const ROUNDS = { short: 3, full: 5 } as const;
const DISCARDED_S = 0.3;
const ROUND_S = 2.7;
/** Asked of this engine by the project; a probe had reached 57 us, between 27 and 150. */
const MOST_P99_US = 150;

export interface LagRound {
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
}

export const sendLag: Acceptance = {
  name: 'send-lag',
  async run({ bed, length }) {
    const server = await anyServer();
    const rounds: LagRound[] = [];
    const spoiled: string[] = [];
    try {
      for (let round = 0; round < ROUNDS[length]; round += 1) {
        const { tally, busy } = await bed.offer(server, {
          arrival: 'constant',
          ratePerS: RATE_PER_S,
          warmupS: DISCARDED_S,
          durationS: ROUND_S,
          connections: LANES,
          maxInFlight: 10_000,
          timeoutMs: 5_000,
        });
        const at = (percentile: number) => tally.sendLag.getValueAtPercentile(percentile);
        rounds.push({ p50Us: at(50), p99Us: at(99), p999Us: at(99.9) });
        spoiled.push(...busy);
      }
    } finally {
      await server.close();
    }
    return judged(judgeSendLag(rounds), spoiled);
  },
};

export function judgeSendLag(rounds: readonly LagRound[]): AcceptanceRow[] {
  return [
    atMost(
      'send lag p99, median of the rounds',
      MOST_P99_US,
      median(rounds.map(({ p99Us }) => p99Us)),
      'us',
    ),
    ...rounds.flatMap(({ p50Us, p99Us, p999Us }, round) => [
      reported(`round ${round + 1}: p50`, p50Us, 'us'),
      reported(`round ${round + 1}: p99`, p99Us, 'us'),
      reported(`round ${round + 1}: p99.9`, p999Us, 'us'),
    ]),
  ];
}

/** The server has a core of its own, so a slower one only answers later. */
async function anyServer(): Promise<RunningServer> {
  return isInstalled('cc')
    ? startCannedServer(undefined)
    : startMeasuredServer({ kind: 'at-once' });
}

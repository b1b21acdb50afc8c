/** A server that is offered three times what it can do: the gate has to refuse the run, whatever number comes out of it. */
import { atLeast, exactly, judged, reported } from './acceptance.ts';
import type { Acceptance, AcceptanceRow } from './acceptance.ts';
import type { Gate } from './gateOf.ts';
import type { Tally } from '../../harness/load/tally.ts';
import type { Load, Offered } from './testBed.ts';
import { startMeasuredServer } from './startServer.ts';

const WORK_US = 500;
const OVERLOAD = 3;
const LOAD: Load = {
  arrival: 'poisson',
  ratePerS: (OVERLOAD * 1e6) / WORK_US,
  warmupS: 0.3,
  durationS: 0.9,
  connections: 50,
  // Above all that is offered.
  maxInFlight: 20_000,
  timeoutMs: 10_000,
};
const SMALL_BOUND = 500;
/** Of the median wait by arithmetic: requests wait longer on a machine that is slow, so only too little is wrong. */
const LEAST_WAIT_SHARE = 0.5;

export const overload: Acceptance = {
  name: 'overload',
  async run({ bed }) {
    const offer = async (load: Load): Promise<Offered> => {
      const server = await startMeasuredServer({ kind: 'works', workUs: WORK_US });
      try {
        return await bed.offer(server, load);
      } finally {
        await server.close();
      }
    };
    const unbounded = await offer(LOAD);
    const bounded = await offer({ ...LOAD, maxInFlight: SMALL_BOUND });
    const result = judged(judgeOverload({ unbounded, bounded }));
    if (result.verdict !== 'pass') return result;
    return { ...result, sentence: `met; the gate says: ${unbounded.gate.reasons.join('; ')}` };
  },
};

type Overloaded = { readonly gate: Gate; readonly tally: Pick<Tally, 'counts' | 'response'> };

export function judgeOverload({
  unbounded,
  bounded,
}: Readonly<Record<'unbounded' | 'bounded', Overloaded>>): AcceptanceRow[] {
  // What arrives by half of the time is answered after OVERLOAD times that; the warm-up adds to it.
  const waitMs = ((OVERLOAD - 1) * LOAD.durationS * 1000) / 2;
  const waitedMs = unbounded.tally.response.getValueAtPercentile(50) / 1000;
  return [
    exactly('reasons that it does not keep up', 1, mentions(unbounded, 'keep up'), 'reasons'),
    exactly('runs that are invalid', 2, invalid(unbounded) + invalid(bounded), 'runs'),
    atLeast('response p50', LEAST_WAIT_SHARE * waitMs, waitedMs, 'ms'),
    atLeast(
      'never sent at the bound of what is in flight',
      1,
      bounded.tally.counts.missed,
      'requests',
    ),
    exactly('reasons that some were never sent', 1, mentions(bounded, 'never sent'), 'reasons'),
    reported('never sent without a bound', unbounded.tally.counts.missed, 'requests'),
  ];
}

function mentions({ gate }: Overloaded, words: string): number {
  return gate.reasons.filter((reason) => reason.includes(words)).length;
}

function invalid({ gate }: Overloaded): number {
  return gate.validity === 'invalid' ? 1 : 0;
}

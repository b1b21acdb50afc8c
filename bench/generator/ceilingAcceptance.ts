/** How many requests a second the engine can make on one core, beside autocannon and wrk on the same server. */
import { atLeast, exactly, judged, reported } from './acceptance.ts';
import type { Acceptance, AcceptanceRow } from './acceptance.ts';
import { isInstalled } from './isInstalled.ts';
import { ceilingLines } from './judgeCeiling.ts';
import type { CeilingLine } from './judgeCeiling.ts';
import { CONNECTIONS, NEEDS_CC, openCeilingBench } from './measureCeiling.ts';

const PLANS = {
  short: { warmupSessions: 2, connections: [10], rounds: 3, seconds: 1 },
  full: { warmupSessions: 4, connections: CONNECTIONS, rounds: 5, seconds: 1 },
} as const;
/** There is no gate for a closed loop. What else the machine did may have spoiled the first; two that miss are no accident. */
const MAX_ATTEMPTS = 2;

export const ceiling: Acceptance = {
  name: 'ceiling',
  async run({ length, bed }) {
    // A core that is kept awake, and a thread beside it, have no part in this.
    await bed.close();
    if (!isInstalled('cc')) return { rows: [], verdict: 'skipped', sentence: NEEDS_CC };
    const { warmupSessions, ...plan } = PLANS[length];
    const bench = await openCeilingBench(warmupSessions);
    try {
      let result = judged([]);
      for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
        const lines = ceilingLines(await bench.measure({ ...plan, attempt }));
        result = judged(judgeLines(lines));
        if (result.verdict === 'pass') break;
      }
      return { ...result, sentence: [result.sentence, ...bench.notes].join('; ') };
    } finally {
      await bench.close();
    }
  },
};

export function judgeLines(lines: readonly CeilingLine[]): AcceptanceRow[] {
  return lines.flatMap(({ connections, contender, medianRps, lanesRatio, leastRatio, errors }) => {
    const of = `${connections} connections, ${contender}`;
    return [
      reported(`${of}: median`, Math.round(medianRps), 'requests/s'),
      ...(leastRatio === undefined
        ? []
        : [atLeast(`${of}: the engine is times as fast`, leastRatio, lanesRatio, 'x')]),
      exactly(`${of}: errors`, 0, errors, 'requests'),
    ];
  });
}

/** GAME-AC-05.b-d: what reports say, and that no client is told. */
import fc from 'fast-check';
import type { Command, Report } from '../../../spec/game/messages.d.ts';
import { seededRandom } from '../../load/seededRandom.ts';
import type { Random } from '../../load/seededRandom.ts';
import type { Check, Session } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { gameSession } from './gameSession.ts';
import { judgedMatch } from './judgedMatch.ts';
import { refereed } from './refereed.ts';
import type { Refereed } from './refereed.ts';
import type { Occurrence } from './rules/evaluation.ts';
import { upTo } from './walks.ts';

const PLACE = { x: 50_000, y: 50_000 };
const VICTIM = { x: 55_000, y: 55_000 };
const MOST_EVIDENCE = 16;

/** What a cheat sends, each for another code; it is legal where the banks or its being dead do not speak against it. */
const TRICKS: readonly ((seq: number, now: number) => Command)[] = [
  (seq) => ({ seq, dx: 900, dy: 0 }),
  (seq) => ({ seq, dx: 0, dy: -3_000 }),
  (seq, now) => ({ seq, dx: 0, dy: 0, fire: { ...PLACE, viewTick: now + 3 } }),
  (seq, now) => ({ seq, dx: 1, dy: 0, fire: { x: 99_000, y: 99_000, viewTick: now } }),
  (seq, now) => ({ seq, dx: 0, dy: 1, fire: { x: 51_000, y: 51_000, viewTick: now } }),
];

/** Several who break all rules now and then, one of whom is shot and goes on after its death. Judged to the last tick. */
async function playCheats(
  session: Session,
  seed: number,
  reportWindowTicks: number,
  eachTick: (referee: Refereed) => Promise<void> = () => Promise.resolve(),
): Promise<Refereed> {
  const random = seededRandom(seed);
  const rules = {
    ...{ reportWindowTicks, maxHp: 20, damage: 20, respawnTicks: 14, deadGraceTicks: 2 },
    ...{ timeBankTicks: 4 },
  };
  const match = await gameSession(session).match('cheats', { rules });
  const referee = refereed(judgedMatch(match));
  await referee.judged.play('ann', PLACE);
  await referee.judged.play('bob', PLACE);
  await referee.judged.play('cyd', VICTIM);
  await referee.tick();
  const kill = { seq: 1, dx: 0, dy: 0, fire: { ...VICTIM, viewTick: 1 } };
  await referee.tick(new Map([['ann', [kill]]]));
  for (let round = 0; round < 22; round += 1) {
    const inputs = new Map<string, Command[]>();
    for (const { id, alive, diedTick, lastInputSeq } of referee.judged.world.players) {
      const dead = alive ? undefined : match.tick + 1 - diedTick!;
      // In the tick in which the grace ends, whether it is reported is said in more than one way.
      if (dead === rules.deadGraceTicks) continue;
      inputs.set(id, tricks(random, lastInputSeq, match.tick, round));
    }
    await referee.tick(inputs);
    await eachTick(referee);
  }
  return referee;
}

function tricks(random: Random, lastSeq: number, now: number, round: number): Command[] {
  // Now and then so many that the bank is empty.
  const count = round % 8 === 7 ? 9 : upTo(random, 2);
  return Array.from({ length: count }, (_, index) =>
    TRICKS[upTo(random, TRICKS.length - 1)]!(lastSeq + 1 + index, now),
  );
}

type Expected = Pick<Report, 'player' | 'code' | 'fromTick' | 'toTick' | 'count' | 'evidence'>;

/** By the rules, each under player, code and window. */
function reportsOf(occurrences: readonly Occurrence[], windowTicks: number): Map<string, Expected> {
  const keyOf = ({ player, code, tick }: Occurrence): string =>
    `${player} ${code} ${Math.floor(tick / windowTicks)}`;
  const reports = new Map<string, Expected>();
  for (const [key, all] of Map.groupBy(occurrences, keyOf)) {
    const [{ player, code, tick: fromTick }] = all as [Occurrence];
    const evidence = all.slice(0, MOST_EVIDENCE).map(({ tick, seq, value, limit }) => ({
      ...{ tick, seq, value, limit },
    }));
    const toTick = all.at(-1)!.tick;
    reports.set(key, { player, code, fromTick, toTick, count: all.length, evidence });
  }
  return reports;
}

async function brokenRules({ judged }: Refereed): Promise<Map<string, Report>> {
  const reports = await judged.match.reports();
  const broken = reports.filter(({ kind }) => kind === 'RULE_VIOLATION');
  const { reportWindowTicks } = judged.world.parameters.rules;
  const byKey = new Map<string, Report>();
  for (const report of broken) {
    const window = Math.floor(report.fromTick / reportWindowTicks);
    const key = `${report.player} ${report.code} ${window}`;
    hold(
      !byKey.has(key),
      `${report.player} has two reports of ${report.code} in the window of tick ${report.fromTick}.`,
      'one report',
      [byKey.get(key), report],
    );
    byKey.set(key, report);
  }
  return byKey;
}

const runOf = fc.record({ seed: fc.nat(0xffff_ffff), windowTicks: fc.integer({ min: 4, max: 9 }) });

const oneReportAWindow: Check = {
  id: 'one-report-a-window',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      runOf,
      async ({ seed, windowTicks }, session) => {
        const ids = new Map<string, string>();
        const judge = async (referee: Refereed): Promise<void> => {
          const expected = reportsOf(referee.occurrences, windowTicks);
          const given = await brokenRules(referee);
          holdSame([...given.keys()].sort(), [...expected.keys()].sort(), keysWrong(referee));
          for (const [key, right] of expected) {
            const { reportId, fromTick, toTick, count } = given.get(key)!;
            holdSame(
              { fromTick, toTick, count },
              { fromTick: right.fromTick, toTick: right.toTick, count: right.count },
              `The report of ${right.player} for ${right.code} from tick ${right.fromTick} has not the ticks and the count of its occurrences.`,
            );
            hold(
              (ids.get(key) ?? reportId) === reportId,
              `The report of ${right.player} for ${right.code} has another id than before.`,
              ids.get(key),
              reportId,
            );
            ids.set(key, reportId);
          }
        };
        const referee = await playCheats(session, seed, windowTicks, judge);
        const different = new Set(ids.values()).size;
        hold(different === ids.size, 'Two reports have one id.', ids.size, different);
        hit('occurrences', referee.occurrences.length);
        hit('reports', ids.size);
      },
      { runs: 4 },
    ),
};

function keysWrong({ judged }: Refereed): string {
  return `The reports of broken rules at tick ${judged.match.tick} (player, code, window) are not one for each window in which something occurred.`;
}

const reportsCarryEvidence: Check = {
  id: 'reports-carry-evidence',
  isolation: 'shared',
  async run({ property, hit }) {
    const codes = new Set<string>();
    await property(
      fc.record({ seed: fc.nat(0xffff_ffff), windowTicks: fc.constantFrom(8, 300) }),
      async ({ seed, windowTicks }, session) => {
        const referee = await playCheats(session, seed, windowTicks);
        const given = await brokenRules(referee);
        for (const [key, right] of reportsOf(referee.occurrences, windowTicks)) {
          const report = given.get(key);
          hold(report !== undefined, `There is no report of ${key} (player, code, window).`, right);
          holdSame(
            report!.evidence.map(({ tick, seq, value, limit }) => ({ tick, seq, value, limit })),
            right.evidence,
            `The evidence against ${right.player} for ${right.code} is not that of its first occurrences.`,
          );
          codes.add(right.code);
          hit('reports');
        }
      },
      { runs: 4 },
    );
    hit('codes', codes.size);
  },
};

/** Words that only reports have. */
const SECRET_WORDS = [
  ...['RULE_VIOLATION', 'STATISTICAL_OUTLIER', 'BEHAVIORAL_ANOMALY'],
  ...['HEADSHOT_RATIO', 'PERIODIC', 'REACTION'],
];

const reportsAreSecret: Check = {
  id: 'reports-are-secret',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      runOf,
      async ({ seed, windowTicks }, session) => {
        const { judged } = await playCheats(session, seed, windowTicks);
        const flagged = await playFlagged(session);
        const reports = [...(await judged.match.reports()), ...(await flagged.match.reports())];
        const words = [...SECRET_WORDS, ...reports.map(({ reportId }) => reportId)];
        hit('reports', reports.length);
        for (const player of [...judged.players, ...flagged.players]) {
          for (const { message, text } of player.received) {
            const found = words.find((word) => text.includes(word));
            hold(
              found === undefined,
              `${player.id} was sent a ${message.type} with ${found}, which only a report has.`,
              `nothing of ${found}`,
              message,
            );
          }
          hit('messages', player.received.length);
        }
      },
      { runs: 2 },
    ),
};

/** One who always hits the head, at one interval, whose victim and whose judge look on. */
async function playFlagged(session: Session) {
  const match = await gameSession(session).match('flagged', {
    rules: {
      ...{ maxHp: 100_000, damage: 1, fireIntervalTicks: 1, minHits: 5, periodicShots: 4 },
      ...{ reactionSample: 1, reactionFast: 1 },
    },
  });
  const judged = judgedMatch(match);
  await judged.play('ann', PLACE);
  await judged.play('bob', VICTIM);
  await judged.tick();
  for (let shot = 0; shot < 14; shot += 1) {
    const fire = { ...VICTIM, viewTick: match.tick };
    const inputs = new Map([['ann', [{ seq: 2 * shot + 1, dx: 0, dy: 0, fire }]]]);
    await judged.tick(inputs);
    await judged.tick();
  }
  return judged;
}

export const reportChecks: readonly Check[] = [
  oneReportAWindow,
  reportsCarryEvidence,
  reportsAreSecret,
];

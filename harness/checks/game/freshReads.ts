/** GAME-PROFILE-01: what is kept for reading is never older than what was answered. */
import type { Report } from '../../../spec/game/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdOneOf, holdSame } from '../kit/hold.ts';
import { gameSession } from './gameSession.ts';
import type { Match } from './gameSession.ts';
import { hashOf } from './rules/world.ts';

const TICKS = 12;

const readsAreFresh: Check = {
  id: 'reads-are-fresh',
  isolation: 'shared',
  async run({ session, hit }) {
    const game = gameSession(session());
    const match = await game.match('fresh', { rules: { reportWindowTicks: 4 } });
    const players: string[] = [];
    // Whatever is kept for reading has something old in it before each change.
    await readAll(match);
    for (let tick = 1; tick <= TICKS; tick += 1) {
      const id = `p${tick}`;
      const seat = await match.join(id, { x: 1_000 * tick, y: 1_000 });
      players.push(id);
      holdPlayers(await readAll(match), players, `after ${id} has joined`);
      hit('reads');

      // A move that is refused, so that there is a report, and a legal one.
      const seq = 1;
      await match.step();
      const { match: matchId } = match.created;
      await game.call('sendInput', {
        ...{ match: matchId, player: id, token: seat.token },
        commands: [
          { seq, dx: 5_000, dy: 0 },
          { seq: seq + 1, dx: 0, dy: 100 },
        ],
      });
      const at = await match.step();
      const read = await readAll(match);
      const when = `after the step to tick ${at}`;
      const ticks = { getMatch: read.report.tick, getState: read.state.tick };
      for (const [operation, shown] of Object.entries(ticks)) {
        hold(shown === at, `${operation} shows tick ${shown} ${when}.`, at, shown);
        hit('reads');
      }
      const [moved] = read.state.players.filter((player) => player.id === id);
      holdSame(
        { y: moved?.y, lastInputSeq: moved?.lastInputSeq },
        { y: 1_100, lastInputSeq: 2 },
        `getState shows ${id} as it was before its commands, ${when}.`,
      );
      hold(
        read.sha256 === hashOf(read.state),
        `getStateHash is not that of the state that getState shows ${when}.`,
        hashOf(read.state),
        read.sha256,
      );
      holdPlayers(read, players, when);
      hold(
        read.reports.some(({ player, code }) => player === id && code === 'TELEPORT'),
        `listReports lacks the TELEPORT of ${id} ${when}.`,
        { player: id, code: 'TELEPORT' },
        read.reports,
      );
      hit('reads', 3);
    }
    const before = await readAll(match);
    const { status } = await match.end();
    hold(status === 'ENDED', `endMatch answered status ${status}.`, 'ENDED', status);
    await holdEnded(match);
    const reports = await match.reports();
    holdSame(
      idsOf(reports),
      idsOf(before.reports),
      'listReports shows other reports after endMatch than before.',
    );
    hit('reads', 4);
  },
};

async function readAll(match: Match) {
  const report = await match.get();
  const state = await match.state();
  const sha256 = await match.hash();
  return { report, state, sha256, reports: await match.reports() };
}

function holdPlayers(
  { report }: Awaited<ReturnType<typeof readAll>>,
  players: readonly string[],
  when: string,
): void {
  holdSame(
    report.players.map(({ player }) => player).toSorted(),
    players.toSorted(),
    `getMatch shows other players ${when}.`,
  );
}

function idsOf(reports: readonly Report[]): string[] {
  return reports.map(({ reportId }) => reportId).toSorted();
}

/** Each read answers as of an ended match. */
async function holdEnded({ game, id }: Match): Promise<void> {
  for (const operation of ['getMatch', 'getState', 'getStateHash']) {
    const reply = await game.attempt(operation, { match: id });
    if (reply.kind === 'refused') {
      holdOneOf(reply.problem.code, ['MATCH_ENDED'], `${operation} after endMatch was refused`);
    } else if (operation === 'getMatch') {
      const { status } = reply.output;
      hold(status === 'ENDED', `getMatch shows ${String(status)} after endMatch.`, 'ENDED', status);
    }
  }
}

export const freshReadChecks: readonly Check[] = [readsAreFresh];

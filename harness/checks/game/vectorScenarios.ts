/** GAME-AUTH-01.b: the matches that are worked out in spec/game/vectors.json. */
import type { Check, Session } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { holdTold } from './corrections.ts';
import { gameSession } from './gameSession.ts';
import { holdState } from './judgedMatch.ts';
import { openPlayer } from './player.ts';
import type { Player } from './player.ts';
import { playRound } from './rounds.ts';
import { scenarioTicks, vectors } from './vectors.ts';
import type { ExpectedTick, Scenario } from './vectors.ts';

const vectorsCheck: Check = {
  id: 'vectors',
  isolation: 'shared',
  async run({ session, hit }) {
    for (const scenario of vectors.scenarios) {
      const { ticks, refusals } = await playScenario(session(), scenario);
      hit('ticks', ticks);
      hit('refusals', refusals);
    }
  },
};

async function playScenario(
  session: Session,
  scenario: Scenario,
): Promise<{ ticks: number; refusals: number }> {
  const match = await gameSession(session).match('vectors', scenario.create);
  const players: Player[] = [];
  const ticks = scenarioTicks(scenario);
  let before: ExpectedTick | undefined;
  let refusals = 0;
  const holdRefusals = (): void => {
    if (!before) return;
    for (const player of players) refusals += holdTold(player, before.tick, before.rejected);
  };
  for (const { joins, inputs, expected } of ticks) {
    for (const { player, spawn } of joins) {
      players.push(await openPlayer(await match.join(player, spawn)));
    }
    for (const { player, commands } of inputs) {
      players.find(({ id }) => id === player)!.send(commands);
    }
    const tick = await playRound(match, players);
    const what = `“${scenario.title}”: the state of tick ${tick}`;
    const state = await match.state(tick);
    if (expected.state) holdState(state, expected.state, what);
    const sha256 = await match.hash(tick);
    hold(
      sha256 === expected.sha256,
      `${what} has the hash ${sha256} by getStateHash, where vectors.json has ${expected.sha256}.`,
      expected.sha256,
      { sha256, state },
    );
    holdRefusals();
    before = expected;
  }
  // Refusals of the last tick may be told with the next one's messages.
  await playRound(match, players);
  holdRefusals();
  return { ticks: ticks.length, refusals };
}

export const vectorChecks: readonly Check[] = [vectorsCheck];

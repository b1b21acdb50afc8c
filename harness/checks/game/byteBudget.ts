/** GAME-NET-01: no snapshot is larger than the budget, what is urgent comes first, and nothing is late for ever. */
import fc from 'fast-check';
import type { PlayerState, State } from '../../../spec/game/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold } from '../kit/hold.ts';
import type { Crowd } from './crowd.ts';
import { gameSession } from './gameSession.ts';
import type { Player } from './player.ts';
import {
  hurtIn,
  isUnderPressure,
  openPatient,
  openPressure,
  PATIENT_RULES,
  PRESSURE_RULES,
  urgentFits,
  wholeSize,
} from './pressure.ts';
import { areaOf, holdView, seenOf, sizeOf } from './view.ts';
import type { View } from './view.ts';

const { budgetBytes } = PRESSURE_RULES;
const { starvationTicks } = PATIENT_RULES;
const seedArbitrary = fc.record({ seed: fc.nat(0xffff_ffff) });

/** What each client holds now. */
function viewsOf({ players }: Crowd): Map<Player, View | undefined> {
  return new Map(players.map((player) => [player, player.view]));
}

const byteBudget: Check = {
  id: 'byte-budget',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      seedArbitrary,
      async ({ seed }, session) => {
        // Every other one never acknowledges: each of its snapshots begins anew.
        const crowd = await openPressure(gameSession(session), seed, (index) => ({
          acknowledges: index % 2 === 0,
        }));
        for (let round = 0; round < 8; round += 1) {
          const former = viewsOf(crowd);
          const state = await crowd.round();
          for (const player of crowd.players) {
            const snapshot = player.snapshots.at(-1);
            hold(
              snapshot?.tick === state.tick,
              `${player.id} got no snapshot of tick ${state.tick}.`,
              state.tick,
              snapshot?.tick,
            );
            const bytes = sizeOf(snapshot);
            hold(
              bytes <= budgetBytes,
              `${player.id}'s snapshot of tick ${state.tick} has ${bytes} bytes, where budgetBytes is ${budgetBytes}.`,
              budgetBytes,
              snapshot,
            );
            hit('snapshots');
            const base = player.acknowledges ? former.get(player) : undefined;
            if (isUnderPressure(base, state, player.id)) hit('underPressure');
          }
        }
      },
      { runs: 1 },
    ),
};

const urgentFirst: Check = {
  id: 'urgent-first',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      seedArbitrary,
      async ({ seed }, session) => {
        const crowd = await openPressure(gameSession(session), seed);
        for (let round = 0; round < 10; round += 1) {
          const former = viewsOf(crowd);
          const before = crowd.state;
          const state = await crowd.round();
          const hurt = before ? hurtIn(before, state) : [];
          for (const player of crowd.players) {
            const { tick, baseTick } = player.snapshots.at(-1)!;
            hold(
              tick === state.tick,
              `${player.id} got no snapshot of tick ${state.tick}.`,
              state.tick,
              tick,
            );
            const base = baseTick === null ? undefined : player.views.get(baseTick);
            if (!urgentFits(base, state, player, hurt)) continue;
            const isPressed = isUnderPressure(former.get(player), state, player.id);
            if (isPressed) hit('underPressure');
            holdUrgent(player, state, hurt, base, isPressed ? hit : () => undefined);
          }
        }
      },
      { runs: 1 },
    ),
};

/** Its own player, those who were hurt, and nothing that has left. */
function holdUrgent(
  { id: client, view }: Player,
  state: State,
  hurt: readonly PlayerState[],
  base: View | undefined,
  hit: CheckContext['hit'],
): void {
  const area = areaOf(state, client, PRESSURE_RULES)!;
  const what = `Under its budget ${client}'s view of tick ${state.tick}`;
  for (const player of state.players) {
    const isHurt = hurt.includes(player) && area.mustPlayers.has(player.id);
    if (player.id !== client && !isHurt) continue;
    const seen = view?.players.get(player.id);
    for (const [member, right] of Object.entries(seenOf(player))) {
      const given = seen?.[member as keyof typeof seen];
      hold(
        given === right,
        `${what} has ${member} ${String(given)} of ${player.id}, ${isHurt ? 'of whom hp or alive changed' : 'its own player'}, where getState has ${String(right)}.`,
        player,
        seen,
      );
    }
    if (isHurt) hit('hits');
  }
  for (const [had, seen, may] of [
    [base?.players, view!.players, area.mayPlayers],
    [base?.items, view!.items, area.mayItems],
  ] as const) {
    const stays = [...seen.keys()].find((id) => !may.has(id));
    hold(
      stays === undefined,
      `${what} has ${stays}, which has left it.`,
      [...may],
      [...seen.keys()],
    );
    hit('removals', [...(had?.keys() ?? [])].filter((id) => !may.has(id)).length);
  }
}

const nothingStarves: Check = {
  id: 'nothing-starves',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      seedArbitrary,
      async ({ seed }, session) => {
        const crowd = await openPatient(gameSession(session), seed);
        const recent: State[] = [];
        const play = async (stands?: () => boolean): Promise<State> => {
          const former = viewsOf(crowd);
          const state = await crowd.round(stands);
          recent.push(state);
          // Told at the latest so many ticks after it changed.
          if (recent.length > starvationTicks + 1) recent.shift();
          for (const player of crowd.players) {
            if (isUnderPressure(former.get(player), state, player.id, PATIENT_RULES))
              hit('underPressure');
            if (isBudgetEnough(recent, player.id)) hit('lateMembers', holdRecent(player, recent));
          }
          return state;
        };
        // The first ticks go by until all have entered: what waits from then on for ever is to be seen while they still walk.
        for (let round = 0; round <= 2 * starvationTicks + 4; round += 1) await play();
        const { respawnTicks } = crowd.match.parameters.rules;
        let last = await play(() => true);
        for (let round = 0; round < respawnTicks + starvationTicks; round += 1) {
          last = await play(() => true);
        }
        for (const player of crowd.players) {
          if (!isBudgetEnough(recent, player.id)) continue;
          holdView(player.view!, last, player.id, crowd.match.parameters.rules);
        }
      },
      { runs: 1 },
    ),
};

/** Whether the contract promises anything about how late things are. */
function isBudgetEnough(recent: readonly State[], client: string): boolean {
  const most = (starvationTicks * PATIENT_RULES.budgetBytes) / 2;
  return recent.every((state) => wholeSize(state, client, PATIENT_RULES) <= most);
}

/** @returns how many members are of a former tick, which is recent enough */
function holdRecent({ id: client, view }: Player, recent: readonly State[]): number {
  const state = recent.at(-1)!;
  const what = `${client}'s view of tick ${state.tick}`;
  const areas = recent.map((each) => areaOf(each, client, PATIENT_RULES));
  const isLongEnough = recent.length > starvationTicks;
  let late = 0;
  for (const player of state.players) {
    const seen = view!.players.get(player.id);
    if (!seen) {
      const isDue = isLongEnough && areas.every((area) => area?.mustPlayers.has(player.id));
      hold(
        !isDue,
        `${what} lacks ${player.id}, who has been near for more than ${starvationTicks} ticks.`,
      );
      continue;
    }
    const former = recent.map(({ players }) => players.find(({ id }) => id === player.id));
    for (const [member, value] of Object.entries(seen) as [keyof typeof seen, unknown][]) {
      if (player[member] === value) continue;
      late += 1;
      hold(
        former.some((each) => each?.[member] === value),
        `${what} has ${member} ${String(value)} of ${player.id}, which it had at none of the last ${starvationTicks} ticks.`,
        former.map((each) => each?.[member]),
        value,
      );
    }
  }
  for (const { id } of state.items) {
    const isDue = isLongEnough && areas.every((area) => area?.mustItems.has(id));
    hold(
      !isDue || view!.items.has(id),
      `${what} lacks item ${id}, which has been near for more than ${starvationTicks} ticks.`,
    );
  }
  return late;
}

export const budgetChecks: readonly Check[] = [byteBudget, urgentFirst, nothingStarves];

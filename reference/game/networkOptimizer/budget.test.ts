import { expect, test } from 'vitest';
import type { PlayerState } from '../../../spec/game/messages.d.ts';
import { crowd, seededRandom } from '../testing/testMatch.ts';

const BUDGET = 700;
const STARVATION_TICKS = 14;
const RULES = {
  ...{ radiusMm: 60_000, hitRadiusMm: 800, respawnTicks: 10 },
  ...{ budgetBytes: BUDGET, starvationTicks: STARVATION_TICKS },
};

/** Some 3 000 bytes of players and items: less than half of fourteen budgets. */
function busy() {
  return crowd(24, RULES, seededRandom(3), { items: 25 });
}

function isShown(shown: object | undefined, { lastInputSeq: _, ...state }: PlayerState): boolean {
  const members = shown as Record<string, unknown> | undefined;
  return Object.entries(state).every(([member, value]) => members?.[member] === value);
}

test('no snapshot is larger than the budget, and nothing waits longer than it may', () => {
  const { match, clients, step } = busy();
  const states: Map<string, PlayerState>[] = [new Map()];
  for (let tick = 1; tick <= 70; tick++) {
    step();
    const { players, items } = match.state(undefined);
    const former = states[tick - 1]!;
    states.push(new Map(players.map((player) => [player.id, player])));
    const recent = states.slice(Math.max(1, tick - STARVATION_TICKS + 1)).reverse();
    const lying = items.filter(({ owner }) => owner === null);
    const wrong: unknown[] = [];
    for (const { player: self, bytes, view } of clients) {
      if (bytes > BUDGET) wrong.push(`${self}: ${bytes} bytes`);
      for (const player of players) {
        const { id, hp } = player;
        const shown = view.players.get(id);
        const isUrgent = id === self || (former.has(id) && former.get(id)!.hp !== hp);
        if (isUrgent && !isShown(shown, player)) wrong.push(`${self} has not the news of ${id}`);
        const isRecent = recent.some((state) => state.has(id) && isShown(shown, state.get(id)!));
        if (tick >= STARVATION_TICKS && !isRecent) wrong.push(`${self} waits for ${id}`);
      }
      if (tick >= STARVATION_TICKS && view.items.size !== lying.length) wrong.push('items');
    }
    expect(wrong).toEqual([]);
    for (const client of clients) client.acknowledge();
  }
});

test('when changes cease the view becomes the state', () => {
  const { match, clients, step } = busy();
  for (let tick = 1; tick <= 20; tick++) {
    step();
    for (const client of clients) client.acknowledge();
  }
  for (let tick = 1; tick <= 40; tick++) {
    match.advance();
    for (const client of clients) client.acknowledge();
  }
  const { players } = match.state(undefined);
  for (const { view } of clients) {
    expect(players.filter((player) => !isShown(view.players.get(player.id), player))).toEqual([]);
    expect(view.players.size).toBe(players.length);
  }
});

test('the first snapshots of who acknowledges nothing keep the budget too', () => {
  const { clients, step } = busy();
  for (let tick = 1; tick <= 20; tick++) {
    step();
    for (const client of clients) expect(client.bytes).toBeLessThanOrEqual(BUDGET);
  }
});

import { describe, expect, test } from 'vitest';
import type { ConversationGroup, ConversationScenario } from '../conversationFile.ts';
import { groupsOf, phasesOf, scheduleOf } from './conversationPlan.ts';

function group(name: string, perKey: number, spread: 'evenly' | 'seeded'): ConversationGroup {
  const sends = { periodMs: 100, spread, message: {}, answeredBy: '/n' };
  return { name, perKey, input: {}, sends };
}

const scenario: ConversationScenario = {
  ...{ kind: 'conversation', scenario: 'play', stream: 'play', key: 'match', counts: [2] },
  ...{ warmupS: 1, durationS: 2, timeoutMs: 500 },
  groups: [group('players', 3, 'evenly'), group('watchers', 1, 'seeded')],
};

describe('the clients of a conversation', () => {
  test('sit key by key, group by group', () => {
    expect(groupsOf(scenario, 2).map(({ clients }) => clients)).toEqual([
      [0, 1, 2, 4, 5, 6],
      [3, 7],
    ]);
  });

  test('send once a period each, in the order of time', () => {
    const { startsMs, clientOf } = scheduleOf(groupsOf(scenario, 2), 1000, 1);
    expect(startsMs).toHaveLength(80);
    expect([...startsMs]).toEqual([...startsMs].sort((a, b) => a - b));
    expect(startsMs.at(-1)).toBeLessThan(1000);
    for (let client = 0; client < 8; client += 1) {
      const own = [...startsMs].filter((_, index) => clientOf[index] === client);
      expect(own).toHaveLength(10);
      own.slice(1).forEach((at, nth) => expect(at - own[nth]!).toBeCloseTo(100, 6));
    }
  });

  test('of a group are spread over the period as it says', () => {
    const offsets = (spread: 'evenly' | 'seeded', seed: number): number[] => {
      const groups = groupsOf({ ...scenario, groups: [group('players', 4, spread)] }, 1);
      return [...scheduleOf(groups, 100, seed).startsMs];
    };
    expect(offsets('evenly', 1)).toEqual([0, 25, 50, 75]);
    expect(offsets('seeded', 1)).toEqual(offsets('seeded', 1));
    expect(offsets('seeded', 2)).not.toEqual(offsets('seeded', 1));
  });

  test('that are compared have two phases after the warm-up', () => {
    const first = { fromMs: 1000, toMs: 3000 };
    expect(phasesOf(scenario)).toEqual({ phases: [first], stallsFromMs: 1000 });
    const second = { fromMs: 8000, toMs: 10_000 };
    const compared = { ...scenario, comparesStalled: true, fillS: 5 };
    expect(phasesOf(compared)).toEqual({ phases: [first, second], stallsFromMs: 3000 });
  });

  test('are refused when they would send more than a schedule holds', () => {
    expect(() => scheduleOf(groupsOf(scenario, 2), 1e9, 1)).toThrow('give a shorter time');
  });
});

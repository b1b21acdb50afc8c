/** The parameters of a match, with the defaults of the contract. */
import type { AllRules, CreateMatch, MatchReport } from '../../../spec/game/messages.d.ts';

export type Parameters = Pick<
  MatchReport,
  'match' | 'seed' | 'mode' | 'tickRate' | 'maxPlayers' | 'map' | 'rules'
>;

/** As messages.schema.json describes them. Without a budget there is none. */
const DEFAULT_RULES: AllRules = {
  maxStepMm: 200,
  tolerancePct: 10,
  teleportMm: 2000,
  timeBankTicks: 8,
  maxHp: 100,
  damage: 20,
  hitRadiusMm: 500,
  headRadiusMm: 150,
  weaponRangeMm: 30_000,
  fireIntervalTicks: 3,
  rewindTicks: 6,
  respawnTicks: 30,
  reachMm: 1500,
  deadGraceTicks: 30,
  radiusMm: 50_000,
  hysteresisMm: 5000,
  starvationTicks: 15,
  historyTicks: 64,
  graceTicks: 300,
  maxMessagesPerTick: 64,
  reportWindowTicks: 300,
  minHits: 30,
  headshotPermille: 200,
  zScore: 4,
  periodicShots: 24,
  reactionTicks: 3,
  reactionSample: 10,
  reactionFast: 8,
};

const RULE_NAMES = [...Object.keys(DEFAULT_RULES), 'budgetBytes'] as (keyof AllRules)[];

/** Members that the contract does not name are left out, and always in one order: equal parameters have equal JSON. */
export function parametersOf(request: CreateMatch): Parameters {
  const { match, seed, mode, tickRate = 30, maxPlayers = 100, map } = request;
  const { widthMm, heightMm } = map;
  const items = map.items.map(({ id, x, y }) => ({ id, x, y }));
  const rules = { ...DEFAULT_RULES };
  for (const name of RULE_NAMES) {
    const value = request.rules?.[name];
    if (value !== undefined) rules[name] = value;
  }
  return { match, seed, mode, tickRate, maxPlayers, map: { widthMm, heightMm, items }, rules };
}

/** A sentence on what the schema cannot say; undefined: there is nothing wrong. */
export function faultOf({ map }: Parameters): string | undefined {
  const ids = new Set<string>();
  for (const item of map.items) {
    if (!isWithin(map, item)) return `the item ${item.id} lies outside the map`;
    if (ids.has(item.id)) return `there are two items ${item.id}`;
    ids.add(item.id);
  }
  return undefined;
}

export function isWithin(
  { widthMm, heightMm }: Parameters['map'],
  { x, y }: { x: number; y: number },
): boolean {
  return x <= widthMm && y <= heightMm;
}

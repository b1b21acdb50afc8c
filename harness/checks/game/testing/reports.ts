/** Reports of a match: one for each player, kind, code and window. They are what outlives every kill. */
import { randomUUID } from 'node:crypto';
import type { Report } from '../../../../spec/game/messages.d.ts';
import { has } from './switches.ts';
import type { Occurrence, World } from './world.ts';

const MAX_EVIDENCE = 16;

/** @param reports of one match, in the order in which they began */
export function report(world: World, reports: Report[], occurrences: readonly Occurrence[]): void {
  for (const occurrence of occurrences) {
    const open = reports.find((each) => isOf(world, each, occurrence));
    if (open && !has(world, 'makes a report of each occurrence')) extend(world, open, occurrence);
    else reports.push(begin(world, occurrence));
  }
}

function isOf(world: World, { player, kind, code, fromTick }: Report, of: Occurrence): boolean {
  const window = (tick: number): number => Math.floor(tick / world.rules.reportWindowTicks);
  const isSameWindow = window(fromTick) === window(of.tick) || has(world, 'merges windows');
  const isSameCode = code === of.code || has(world, 'makes one report of all codes');
  return player === of.player && kind === of.kind && isSameCode && isSameWindow;
}

function begin(world: World, occurrence: Occurrence): Report {
  const { player, kind, code, tick } = occurrence;
  return {
    ...{ reportId: randomUUID(), match: world.id, player, kind, code },
    ...{ fromTick: tick, toTick: tick, count: 1, evidence: [evidenceOf(world, occurrence)] },
  };
}

function extend(world: World, open: Report, occurrence: Occurrence): void {
  open.count += 1;
  if (!has(world, 'forgets the last tick of a report')) open.toTick = occurrence.tick;
  if (open.evidence.length < MAX_EVIDENCE) open.evidence.push(evidenceOf(world, occurrence));
  else if (has(world, 'keeps the last evidence only')) open.evidence.shift();
  if (has(world, 'keeps the last evidence only')) {
    open.evidence.splice(0, open.evidence.length, evidenceOf(world, occurrence));
  }
}

function evidenceOf(world: World, { tick, seq, value, limit }: Occurrence) {
  if (has(world, 'reports without evidence')) return { tick, seq, value: 0, limit: 0 };
  if (has(world, 'reports the limit as the value')) return { tick, seq, value: limit, limit };
  return { tick, seq, value, limit };
}

/** What is left of the reports after a kill. */
export function afterKill(world: World, reports: Report[]): Report[] {
  if (has(world, 'keeps reports in memory')) return [];
  if (has(world, 'forgets the newest report in a kill')) return reports.slice(0, -1);
  return reports.map((each) => ({
    ...each,
    ...(has(world, 'counts anew after a kill') && { count: 1 }),
    ...(has(world, 'gives reports new ids after a kill') && { reportId: randomUUID() }),
    ...(has(world, 'forgets evidence in a kill') && { evidence: each.evidence.slice(0, 1) }),
  }));
}

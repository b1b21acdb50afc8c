/** What a client was told of its refusals. */
import type { Correction, RefusalCode } from '../../../spec/game/messages.d.ts';
import { hold } from '../kit/hold.ts';
import type { Player } from './player.ts';
import type { Refusal } from './rules/evaluation.ts';

/** Beyond so many in a tick the rest may be left out. */
export const MAX_TOLD = 32;

export interface ToldRefusal {
  readonly seq: number;
  readonly code: RefusalCode;
}

/** Of a tick, over all its corrections. */
export function toldRefusals({ corrections }: Player, tick: number): ToldRefusal[] {
  return corrections
    .filter((correction) => correction.tick === tick)
    .flatMap(({ rejected }) => rejected);
}

/**
 * To be asked once the messages of the next tick have come.
 * @param refusals of the tick, of all players
 * @returns how many of them the player has been told
 * @throws Violation where one was not told, or one was told that is none
 */
export function holdTold(player: Player, tick: number, refusals: readonly Refusal[]): number {
  const expected = refusals
    .filter((refusal) => refusal.player === player.id)
    .map(textOf)
    .toSorted(bySeq);
  const told = [...new Set(toldRefusals(player, tick).map(textOf))];
  const shown = (list: readonly string[]): string => list.join(', ') || 'none';
  const sentence =
    `${player.id} was told of these refusals of tick ${tick} by the end of the next tick: ${shown(told)}; ` +
    `by the rules they are: ${shown(expected)}.`;
  const extra = told.filter((each) => !expected.includes(each));
  // At the limit either of two refusals of one command may be the one that is left out.
  const needed = expected.length > MAX_TOLD ? expected.slice(0, MAX_TOLD - 1) : expected;
  const missing = needed.filter((each) => !told.includes(each));
  hold(extra.length === 0 && missing.length === 0, sentence, expected, told);
  return told.length;
}

/** Of ticks that were not yet, or before the first. */
export function holdTicksOfCorrections({ id, corrections }: Player, newestTick: number): void {
  const wrong = corrections.find(({ tick }: Correction) => tick < 1 || tick > newestTick);
  hold(
    wrong === undefined,
    `${id} has a correction of tick ${wrong?.tick}, where the match is at tick ${newestTick}.`,
    undefined,
    wrong,
  );
}

function textOf({ seq, code }: ToldRefusal): string {
  return `${seq} ${code}`;
}

function bySeq(a: string, b: string): number {
  return Number.parseInt(a, 10) - Number.parseInt(b, 10);
}

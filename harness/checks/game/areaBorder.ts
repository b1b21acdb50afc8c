/** The outer border of an area of interest: what stands a hair beyond radiusMm + hysteresisMm, and who goes there from within. */
import fc from 'fast-check';
import type { Command, Point, ServerMessage } from '../../../spec/game/messages.d.ts';
import type { CheckContext, Session } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { gameSession } from './gameSession.ts';
import { openPlayer } from './player.ts';
import type { Received } from './player.ts';
import { inState } from './presence.ts';
import { playRound } from './rounds.ts';
import { d2 } from './rules/geometry.ts';

const CENTRE: Point = { x: 20_000, y: 20_000 };
const RULES = { radiusMm: 10_000, hysteresisMm: 2_000 };
const BORDER_MM = RULES.radiusMm + RULES.hysteresisMm;
const ROUNDS = 8;

/** Where something stands just beyond the border: `along` of the way to it is along x. In mm. */
interface Outsider {
  /** From 0 to BORDER_MM. */
  readonly along: number;
  readonly isLeft: boolean;
  readonly isBelow: boolean;
}

const outsider = fc.record({
  along: fc.integer({ min: 0, max: BORDER_MM }),
  isLeft: fc.boolean(),
  isBelow: fc.boolean(),
});
export const outsiders = fc.tuple(outsider, outsider, outsider);

/**
 * A player and an item stand beyond the border and are never told of. Another player is in the area at first, goes there in one step, and
 * comes back: while it is outside nothing is told of it but its removal.
 * @throws Violation
 */
export async function holdBorder(
  session: Session,
  [farther, lying, leaving]: readonly [Outsider, Outsider, Outsider],
  hit: CheckContext['hit'],
): Promise<void> {
  const gem = { id: session.id('gem-beyond'), ...beyond(lying) };
  const match = await gameSession(session).match('border', {
    map: { widthMm: 40_000, heightMm: 40_000, items: [gem] },
    rules: {
      ...{ ...RULES, weaponRangeMm: 30_000, maxHp: 100_000, damage: 1 },
      ...{ maxStepMm: 5_000, teleportMm: 10_000 },
    },
  });
  const outside = beyond(leaving);
  const inside = towardsCentre(outside);
  const client = await openPlayer(await match.join(session.id('client'), CENTRE));
  const shooter = await openPlayer(await match.join(session.id('beyond'), beyond(farther)));
  const leaver = await openPlayer(await match.join(session.id('leaver'), inside));
  const away = { dx: outside.x - inside.x, dy: outside.y - inside.y };
  const back = { dx: -away.dx, dy: -away.dy };
  hit('outsiders', 3);
  for (let seq = 1; seq <= ROUNDS; seq += 1) {
    const fire = { ...CENTRE, viewTick: match.tick };
    const step = [{ dx: 0, dy: 0 }, away, { dx: 0, dy: 0 }, back][seq % 4]!;
    await playRound(
      match,
      [client, shooter, leaver],
      new Map<string, Command[]>([
        [shooter.id, [{ seq, dx: 0, dy: 0, fire }]],
        [leaver.id, [{ seq, ...step }]],
      ]),
    );
    const place = inState(await match.state(), leaver.id);
    const isOutside = place !== undefined && d2(place, CENTRE) > BORDER_MM ** 2;
    for (const received of client.received) {
      for (const id of [shooter.id, gem.id]) holdNothing(client.id, id, received.text, received);
      if (isOutside) holdNothing(client.id, leaver.id, withoutRemovals(received.message), received);
      hit('messages');
      if (received.message.type === 'snapshot') hit('events', received.message.events?.length ?? 0);
    }
    for (const player of [client, shooter, leaver]) player.forget();
  }
}

function holdNothing(client: string, id: string, text: string, { message }: Received): void {
  hold(
    !text.includes(id),
    `${client} was sent a ${message.type} with ${id}, which is farther than radiusMm and hysteresisMm.`,
    `nothing of ${id} but its removal, where it was in the view`,
    message,
  );
}

function withoutRemovals(message: ServerMessage): string {
  return JSON.stringify({ ...message, removedPlayers: undefined, removedItems: undefined });
}

/** The first whole millimetre beyond the border. */
function beyond({ along, isLeft, isBelow }: Outsider): Point {
  let aside = Math.floor(Math.sqrt(BORDER_MM ** 2 - along ** 2));
  while (aside ** 2 + along ** 2 <= BORDER_MM ** 2) aside += 1;
  return {
    x: CENTRE.x + (isLeft ? -along : along),
    y: CENTRE.y + (isBelow ? -aside : aside),
  };
}

/** Within radiusMm, and not more than one step away. */
function towardsCentre({ x, y }: Point): Point {
  const nearer = (from: number, to: number): number => to + Math.trunc((from - to) * 0.7);
  return { x: nearer(x, CENTRE.x), y: nearer(y, CENTRE.y) };
}

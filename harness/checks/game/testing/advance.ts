/** A tick of a match, and what it tells its clients. */
import type { Correction, Snapshot, State } from '../../../../spec/game/messages.d.ts';
import { kick, MAX_WAITING_BYTES } from './clients.ts';
import type { Client } from './clients.ts';
import type { Match } from './match.ts';
import { report } from './reports.ts';
import { runTick } from './runTick.ts';
import { makeSnapshot, seenOf } from './snapshots.ts';
import type { Shown } from './snapshots.ts';
import { has } from './switches.ts';
import { playerState } from './world.ts';
import type { Refused, TickResult } from './world.ts';

export function advance(match: Match): void {
  for (const player of [...match.players.values(), ...match.joining.values()]) {
    player.messages = 0;
    player.wasToldOfFlood = false;
  }
  const before = match.states.at(-1);
  const result = runTick(match, (player) => match.clients.has(player));
  const state = match.states.at(-1)!;
  report(match, match.reports, result.occurrences);
  keepReplay(match, result);
  match.seen = seenOf(shownState(match, state, before), match.seen);
  const shown: Shown = {
    state: shownState(match, state, before),
    before,
    result,
    seen: match.seen,
  };
  const isHeldUp = [...match.clients.values()].some((client) => client.waiting() > 65_536);
  for (const client of [...match.clients.values()]) {
    if (isGone(match, client)) kick(match, client, 'LEFT');
    else if (!isHeldUp || !has(match, 'serves nobody while one does not read')) {
      tellTick(match, client, shown);
    }
  }
  const isLate =
    has(match, 'commits after it has shown') ||
    (match.created.mode === 'real-time' && has(match, 'commits late in real time'));
  if (!isLate) match.readTick = match.tick;
  else setTimeout(() => (match.readTick = state.tick), 40).unref();
}

function isGone(match: Match, { player }: Client): boolean {
  return match.players.get(player.id) !== player && match.joining.get(player.id) !== player;
}

function keepReplay(match: Match, { left, joined, commands }: TickResult): void {
  match.replay.push({
    tick: match.tick,
    left: has(match, 'forgets who left in the replay') ? [] : left.toSorted(),
    joined: joined.toSorted((a, b) => (a.player < b.player ? -1 : 1)),
    commands: commands.toSorted((a, b) =>
      a.player === b.player ? a.seq - b.seq : a.player < b.player ? -1 : 1,
    ),
  });
}

/** What snapshots are made from: the state, unless a defect shows another one. */
function shownState(match: Match, state: State, before: State | undefined): State {
  const old = new Map(before?.players.map((player) => [player.id, player]));
  const showsOldHp = has(match, 'broadcasts before it has committed');
  const showsAhead = has(match, 'shows places before they are cut off');
  if (!showsOldHp && !showsAhead) return state;
  return {
    ...state,
    players: state.players.map((player) => {
      const { hp, alive, kills, deaths } = old.get(player.id) ?? player;
      const was = old.get(player.id) ?? player;
      if (showsOldHp) return { ...player, hp, alive, kills, deaths };
      return { ...player, x: player.x + (player.x - was.x), y: player.y };
    }),
  };
}

function tellTick(match: Match, client: Client, shown: Shown): void {
  const { tick } = shown.state;
  for (const correction of correctionsOf(match, client, shown)) {
    client.late.push({ due: tick + delayOf(match), correction });
  }
  for (const { due, correction } of client.late) if (due <= tick) client.tell(correction);
  client.late = client.late.filter(({ due }) => due > tick);
  const isLeftOut =
    (has(match, 'sends every second snapshot') && tick % 2 === 0) ||
    (has(match, 'says nothing when nothing changed') && isQuiet(shown));
  if (isLeftOut || !hasRoom(match, client)) return;
  const snapshot = makeSnapshot(match, shown, client.sent);
  if (!snapshot) return;
  client.counted.snapshots += 1;
  if (snapshot.baseTick === null) client.counted.full += 1;
  const told = withSecrets(match, snapshot);
  if (has(match, 'lets pongs overtake snapshots')) {
    setTimeout(() => client.tell(told), 3).unref();
    return;
  }
  client.tell(told);
  if (has(match, 'sends each snapshot twice')) client.tell(snapshot);
}

/** In ticks. */
function delayOf(match: Match): number {
  if (has(match, 'tells refusals two ticks late')) return 2;
  return match.freedoms.correctionsCome === 'with the tick' ? 0 : 1;
}

function isQuiet({ result }: Shown): boolean {
  return result.commands.length === 0 && result.joined.length === 0;
}

/** A client that does not read gets no more than so much. */
function hasRoom(match: Match, client: Client): boolean {
  if (client.hasLost && has(match, 'says no more to who did not read')) return false;
  if (client.waiting() <= MAX_WAITING_BYTES / 2) return true;
  if (has(match, 'queues without end')) return true;
  client.counted.dropped += 1;
  client.hasLost = true;
  if (has(match, 'takes what it left out for sent')) {
    for (const each of client.sent.views.keys()) client.sent.acked.add(each);
    client.sent.views.set(match.tick, client.sent.newest);
    client.sent.acked.add(match.tick);
  }
  if (match.freedoms.slowClients === 'are kicked') kick(match, client, 'SLOW');
  return false;
}

function withSecrets(match: Match, snapshot: Snapshot): Snapshot {
  const flagged = match.reports.map(({ reportId }) => reportId);
  return {
    ...snapshot,
    ...(flagged.length > 0 && has(match, 'shows reports in snapshots') && { flagged }),
  };
}

const MAX_REFUSALS = 32;

function correctionsOf(match: Match, { player }: Client, shown: Shown): Correction[] {
  const { state, before, result } = shown;
  const old = before?.players.find(({ id }) => id === player.id);
  const now = playerState(player);
  const self = (has(match, 'corrects with the place before') && old) || now;
  const refused = refusalsToTell(match, player.id, result).slice(0, MAX_REFUSALS);
  if (refused.length === 0 || has(match, 'tells no refusals')) return [];
  const told = refused.map(({ seq, code }) => ({ seq, code }));
  const frame = { type: 'correction', tick: state.tick, self } as const;
  const about = match.reports.find((each) => each.player === player.id);
  const whole = {
    ...frame,
    ...(has(match, 'corrects with one kill more') && { self: { ...self, kills: self.kills + 1 } }),
    ...(about && has(match, 'tells the accused') && { report: about.reportId }),
  };
  if (match.freedoms.corrections === 'one a tick') return [{ ...whole, rejected: told }];
  return told.map((each) => ({ ...whole, rejected: [each] }));
}

function refusalsToTell(match: Match, id: string, result: TickResult): Refused[] {
  const own = result.refused.filter(({ player }) => player === id);
  const shots = result.commands
    .filter(({ player, fire }) => player === id && fire !== undefined)
    .map(({ seq }) => ({ player: id, seq, code: 'FIRE_RATE' as const }));
  if (has(match, 'tells shots that it carried out')) own.push(...shots);
  const isQuiet = (code: string): boolean =>
    (code === 'TAKEN' || code === 'NOT_THERE') && has(match, 'tells no refused takes');
  const told = own.filter(({ code }) => !isQuiet(code)).toSorted((a, b) => a.seq - b.seq);
  if (has(match, 'tells the first refusal only')) return told.slice(0, 1);
  if (match.freedoms.orderOfRefusals === 'by seq') return told;
  return told.slice(0, MAX_REFUSALS).toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

/** GAME-AUTH-04 and GAME-REJ-01: what is refused concerns nobody else, is told at once, and with the state that holds. */
import type { PlayerState, RefusalCode } from '../../../spec/game/messages.d.ts';
import type { Check, Session } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { holdTicksOfCorrections, holdTold } from './corrections.ts';
import { gameSession } from './gameSession.ts';
import { judgedMatch } from './judgedMatch.ts';
import type { JudgedMatch, JudgedTick } from './judgedMatch.ts';
import type { Inputs } from './rounds.ts';
import { playerStateOf } from './rules/world.ts';
import { openScript, scriptInputs, scripts } from './scripts.ts';
import type { Script } from './scripts.ts';

/** So short that shots in the small world are out of range, and so late a return that the dead act. */
const RULES = { weaponRangeMm: 2_500, respawnTicks: 6, damage: 12 };
const plans = scripts({ players: 4, ticks: 20, actionsATick: 7 });

/** Plays the script, telling of each tick once the messages of the next one have come. */
async function playScript(
  session: Session,
  script: Script,
  judges: boolean,
  onTick: (judged: JudgedMatch, tick: JudgedTick) => void,
): Promise<JudgedMatch> {
  const judged = await openScript(gameSession(session), script, { rules: RULES, judges });
  const nextSeq = new Map<string, number>();
  let before: JudgedTick | undefined;
  for (const actions of [...script.ticks, []]) {
    const tick = await judged.tick(scriptInputs(script, actions, judged.world, nextSeq));
    if (before) onTick(judged, before);
    before = tick;
  }
  return judged;
}

const refusedCommandsStayAlone: Check = {
  id: 'refused-commands-stay-alone',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      plans,
      async (script, session) => {
        await playScript(session, script, true, (_, { refusals, evaluated }) => {
          if (refusals.length === 0) return;
          const isRefused = ({ player, command }: (typeof evaluated)[number]): boolean =>
            refusals.some((refusal) => refusal.player === player && refusal.seq === command.seq);
          hit('refused', refusals.length);
          hit('others', evaluated.filter((sent) => !isRefused(sent)).length);
        });
      },
      { runs: 24 },
    ),
};

const refusalsAreTold: Check = {
  id: 'refusals-are-told',
  isolation: 'shared',
  async run({ property, session, hit }) {
    const codes = new Set<RefusalCode>();
    const judgeTick = ({ players }: JudgedMatch, { tick, refusals }: JudgedTick): void => {
      for (const player of players) hit('refused', holdTold(player, tick, refusals));
      for (const { code } of refusals) {
        if (!codes.has(code)) hit('codes');
        codes.add(code);
      }
    };
    await everyCode(session(), judgeTick);
    await property(
      plans,
      async (script, conversation) => {
        const judged = await playScript(conversation, script, true, judgeTick);
        for (const player of judged.players) holdTicksOfCorrections(player, judged.match.tick);
      },
      { runs: 6 },
    );
  },
};

/** A match in which each code is met. */
async function everyCode(
  session: Session,
  onTick: (judged: JudgedMatch, tick: JudgedTick) => void,
): Promise<void> {
  const place = { x: 50_000, y: 50_000 };
  const map = { widthMm: 100_000, heightMm: 100_000, items: [{ id: 'gem', ...place }] };
  const match = await gameSession(session).match('codes', { map, rules: { damage: 100 } });
  const judged = judgedMatch(match);
  await judged.play('ann', place);
  await judged.play('bob', place);
  const still = { dx: 0, dy: 0 };
  const at = (viewTick: number, x = place.x) => ({ x, y: place.y, viewTick });
  const inputs: Inputs[] = [
    new Map(),
    new Map([
      ['ann', [{ seq: 1, ...still, take: 'gem', fire: at(9) }]],
      ['bob', [{ seq: 1, ...still, take: 'gem' }]],
    ]),
    new Map([
      ['ann', [{ seq: 2, ...still, take: 'gem', fire: at(1, place.x + 30_001) }]],
      [
        'bob',
        [
          { seq: 2, dx: 300, dy: 0 },
          { seq: 3, dx: 0, dy: -3_000 },
        ],
      ],
    ]),
    new Map([
      [
        'ann',
        [
          { seq: 5, ...still, fire: at(3) },
          { seq: 6, ...still, fire: at(3) },
        ],
      ],
    ]),
    new Map([['bob', [{ seq: 4, dx: 10, dy: 0 }]]]),
    new Map(),
  ];
  let before: JudgedTick | undefined;
  for (const each of inputs) {
    const tick = await judged.tick(each);
    if (before) onTick(judged, before);
    before = tick;
  }
}

const correctionCarriesTheState: Check = {
  id: 'correction-carries-the-state',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      plans,
      async (script, session) => {
        await playScript(session, script, false, ({ players }, { tick, state }) => {
          for (const { id, corrections } of players) {
            const authoritative = state.players.find((player) => player.id === id)!;
            for (const { self } of corrections.filter((each) => each.tick === tick)) {
              holdSelf(playerStateOf(self), authoritative, `${id}'s correction of tick ${tick}`);
              hit('corrections');
            }
          }
        });
      },
      { runs: 6 },
    ),
};

function holdSelf(self: PlayerState, authoritative: PlayerState, what: string): void {
  for (const member of Object.keys(authoritative) as (keyof PlayerState)[]) {
    hold(
      self[member] === authoritative[member],
      `${what} has ${member} ${String(self[member])} in self, where getState has ${String(authoritative[member])}.`,
      authoritative,
      self,
    );
  }
}

export const refusedCommandChecks: readonly Check[] = [
  refusedCommandsStayAlone,
  refusalsAreTold,
  correctionCarriesTheState,
];

import { expect, test } from 'vitest';
import type {
  ExtendReservation,
  Order,
  PlaceOrder,
  PutRing,
  Reservation,
  Reserve,
  RouteKeys,
  Routes,
  SetClock,
} from '../../../spec/marketplace/messages.d.ts';
import type { InMemorySystem, SystemAnswer } from '../testing/inMemoryTarget.ts';
import { replication } from './replication.ts';
import type { Defect } from './testing/defects.ts';
import { DEFAULT_FREEDOMS } from './testing/freedoms.ts';
import { judgeMarket, runCheckOn } from './testing/judgeMarket.ts';
import type { OpenMarket } from './testing/judgeMarket.ts';
import { memoryMarket } from './testing/memoryMarket.ts';

type Call = InMemorySystem['call'];
interface Lives {
  nowMs: number;
  restarts: number;
}
/** Takes the place of a sound market's calls. */
type Spoil = (call: Call, lives: Lives) => Call;

function spoilt(spoil: Spoil): OpenMarket {
  return (clockMs, worldUrl) => {
    const options = { defects: new Set<string>(), freedoms: DEFAULT_FREEDOMS, worldUrl, nodes: 1 };
    const system = memoryMarket(options, clockMs);
    const lives = { nowMs: clockMs, restarts: 0 };
    const call = spoil(system.call, lives);
    return {
      ...system,
      async call(operation, input) {
        if (operation === 'setClock') lives.nowMs = (input as SetClock).nowMs;
        return call(operation, input);
      },
      restart(nowMs) {
        lives.nowMs = nowMs;
        lives.restarts += 1;
        system.restart(nowMs);
      },
    };
  };
}

/** Spoils the answers to some operations on their way out. */
function answering(
  operations: readonly string[],
  spoil: (answer: SystemAnswer, input: never, call: Call, lives: Lives) => unknown,
): OpenMarket {
  return spoilt((call, lives) => async (operation, input) => {
    const answer = await call(operation, input);
    if (!operations.includes(operation)) return answer;
    return ((await spoil(answer, input as never, call, lives)) ?? answer) as SystemAnswer;
  });
}

function outputOf<T>(answer: SystemAnswer): T {
  if ('output' in answer) return answer.output as T;
  throw new Error(`The sound market refused with ${answer.problem.code}.`);
}

function isRefused(answer: SystemAnswer, ...codes: string[]): boolean {
  return 'problem' in answer && codes.includes(answer.problem.code);
}

async function readReservation(call: Call, reservationId: string): Promise<Reservation> {
  return outputOf(await call('getReservation', { reservationId }));
}

const FOREIGN = ['FOREIGN_RESERVATION', 'UNKNOWN_RESERVATION'];

const expiresWhatIsConfirmed = answering(['getReservation'], (answer, _input, _call, { nowMs }) => {
  const reservation = outputOf<Reservation>(answer);
  const isOver = reservation.state === 'CONFIRMED' && reservation.expiresAtMs <= nowMs;
  return isOver ? { output: { ...reservation, state: 'EXPIRED' } } : answer;
});

const releasesWhatHasExpired = answering(
  ['releaseReservation'],
  async (answer, { reservationId }: Reservation, call) =>
    isRefused(answer, 'RESERVATION_EXPIRED')
      ? { output: { ...(await readReservation(call, reservationId)), state: 'RELEASED' } }
      : answer,
);

const countsExpiredForTheLimit = spoilt((call) => {
  const seen = new Set<string>();
  return (operation, input) => {
    const { customerId } = input as Reserve;
    if (operation !== 'reserve') return call(operation, input);
    if (seen.has(customerId)) return { problem: { code: 'LIMIT_PER_CUSTOMER' } };
    seen.add(customerId);
    return call(operation, input);
  };
});

const movesDeadlinesLaterOnly = spoilt((call, lives) => async (operation, input) => {
  if (operation !== 'extendReservation') return call(operation, input);
  const { reservationId, ttlMs } = input as ExtendReservation;
  const reservation = await readReservation(call, reservationId);
  const isEarlier = lives.nowMs + ttlMs < reservation.expiresAtMs;
  return isEarlier ? { output: reservation } : call(operation, input);
});

const onlyTellsANewDeadline = spoilt((call, lives) => {
  const told = new Map<string, number>();
  return async (operation, input) => {
    const { reservationId } = input as Reservation;
    if (operation === 'extendReservation') {
      told.set(reservationId, lives.nowMs + (input as ExtendReservation).ttlMs);
      return retold(await call('getReservation', { reservationId }), told);
    }
    const answer = await call(operation, input);
    return operation === 'getReservation' ? retold(answer, told) : answer;
  };
});

function retold(answer: SystemAnswer, told: ReadonlyMap<string, number>): SystemAnswer {
  const reservation = outputOf<Reservation>(answer);
  const expiresAtMs = told.get(reservation.reservationId) ?? reservation.expiresAtMs;
  return { output: { ...reservation, expiresAtMs } };
}

const losesHoldsInACrash = spoilt((call, lives) => {
  const made: Reservation[] = [];
  return async (operation, input) => {
    if (lives.restarts > 0) {
      for (const each of made.splice(0)) await call('releaseReservation', asOwner(each));
    }
    const answer = await call(operation, input);
    if (operation === 'reserve' && 'output' in answer) made.push(outputOf(answer));
    return answer;
  };
});

function asOwner({ reservationId, customerId }: Reservation): object {
  return { reservationId, customerId };
}

const answersLateConfirmations = answering(
  ['confirmReservation'],
  async (answer, { reservationId }: Reservation, call) =>
    isRefused(answer, 'RESERVATION_EXPIRED')
      ? { output: { ...(await readReservation(call, reservationId)), state: 'CONFIRMED' } }
      : answer,
);

const extendsWhatHasEnded = answering(
  ['extendReservation'],
  async (answer, { reservationId }: ExtendReservation, call) =>
    isRefused(answer, 'INVALID_STATE')
      ? { output: await readReservation(call, reservationId) }
      : answer,
);

const letsAnybodyExtend = answering(
  ['extendReservation'],
  async (answer, input: ExtendReservation, call) => {
    if (!isRefused(answer, ...FOREIGN)) return answer;
    const { customerId } = await readReservation(call, input.reservationId);
    return call('extendReservation', { ...input, customerId });
  },
);

const leavesForeignLinesOut = answering(
  ['placeOrder'],
  (answer, input: PlaceOrder, call): SystemAnswer | Promise<SystemAnswer> => {
    const isMixed = isRefused(answer, ...FOREIGN) && input.reservationIds.length > 1;
    if (!isMixed) return answer;
    return call('placeOrder', { ...input, reservationIds: input.reservationIds.slice(0, 1) });
  },
);

const answersBothWays = answering(
  ['confirmReservation'],
  async (answer, { reservationId }: Reservation, call) =>
    isRefused(answer, 'INVALID_STATE')
      ? { output: { ...(await readReservation(call, reservationId)), state: 'CONFIRMED' } }
      : answer,
);

const letsRingsLoseShards = answering(['putRing'], (answer, input: PutRing) =>
  isRefused(answer, 'SHARD_IN_USE') ? { output: input } : answer,
);

const routesAnewAfterARestart = answering(['routeKeys'], (answer, _input, _call, { restarts }) =>
  restarts > 0 ? { output: { shardIds: outputOf<Routes>(answer).shardIds.toReversed() } } : answer,
);

const ignoresAddedShards = spoilt((call) => {
  const rings = new Map<string, PutRing>();
  return (operation, input) => {
    const { ringId } = input as PutRing;
    const isAnother = operation === 'putRing' && rings.has(ringId);
    if (operation === 'putRing') rings.set(ringId, input as PutRing);
    if (isAnother) return { output: input };
    return call(operation, input);
  };
});

/** Of a ring that has grown: one key of 256 goes to the first shard. */
const movesKeysAmongOldShards = spoilt((call) => {
  const [known, grown] = [new Set<string>(), new Set<string>()];
  return async (operation, input) => {
    const { ringId, keys } = input as RouteKeys;
    if (operation === 'putRing') (known.has(ringId) ? grown : known).add(ringId);
    const answer = await call(operation, input);
    if (operation !== 'routeKeys' || !grown.has(ringId)) return answer;
    const { shardIds } = outputOf<Routes>(answer);
    const moved = keys.map((key, index) => (key.endsWith('a0') ? 'shard-1' : shardIds[index]));
    return { output: { shardIds: moved } };
  };
});

/** Every second key of the second shard goes to the first. */
const givesAShardHalfOfAnother = answering(['routeKeys'], (answer, { keys }: RouteKeys) => {
  const { shardIds } = outputOf<Routes>(answer);
  const taken = (index: number): boolean => 'abcdef01'.includes(keys[index]?.at(-1) ?? '');
  return {
    output: {
      shardIds: shardIds.map((shardId, index) =>
        shardId === 'shard-2' && taken(index) ? 'shard-1' : shardId,
      ),
    },
  };
});

/** From the moment on at which a shard is added to the inventory. */
function afterGrowth(spoil: (call: Call, operation: string, input: object) => unknown): OpenMarket {
  return spoilt((call) => {
    let isGrown = false;
    return async (operation, input) => {
      if (operation === 'putRing' && (input as PutRing).ringId === 'inventory') isGrown = true;
      const spoiltAnswer = isGrown ? await spoil(call, operation, input) : undefined;
      return (spoiltAnswer ?? call(operation, input)) as SystemAnswer | Promise<SystemAnswer>;
    };
  });
}

const forgetsKeysOfWhatMoves = afterGrowth((call, operation, input) =>
  operation === 'reserve'
    ? call(operation, { ...input, idempotencyKey: `${(input as Reserve).idempotencyKey}x` })
    : undefined,
);

const forgetsLimitsOfWhatMoves = afterGrowth(async (call, operation, input) => {
  const { customerId, lines } = input as Reserve;
  if (operation !== 'reserve' || lines.some(({ quantity }) => quantity > 2)) return undefined;
  const made = await call(operation, { ...input, customerId: `${customerId}x` });
  return { output: { ...outputOf<Reservation>(made), customerId } };
});

const losesOrdersOfWhatMoves = afterGrowth(async (call, operation, input) =>
  operation === 'getOrder'
    ? { output: { ...outputOf<Order>(await call(operation, input)), state: 'CANCELLED' } }
    : undefined,
);

const losesWhatRunsBeside = afterGrowth((call, operation, input) =>
  operation === 'adjustStock'
    ? call('getStock', { productId: (input as { productId: string }).productId })
    : undefined,
);

const SPOILT: readonly [what: string, check: string, open: OpenMarket][] = [
  ['expires what is confirmed', 'held-until-the-deadline', expiresWhatIsConfirmed],
  ['releases what has expired', 'expired-at-the-deadline', releasesWhatHasExpired],
  [
    'counts what has expired for the limit per customer',
    'expired-units-are-free',
    countsExpiredForTheLimit,
  ],
  ['moves deadlines later only', 'extended-deadline', movesDeadlinesLaterOnly],
  ['tells a new deadline and keeps the old one', 'extended-deadline', onlyTellsANewDeadline],
  ['loses holds in a crash', 'acknowledged-survives', losesHoldsInACrash],
  ['loses holds in a crash', 'deadlines-survive-a-kill', losesHoldsInACrash],
  ['answers what came too late', 'confirm-or-expire', answersLateConfirmations],
  ['extends what has ended', 'confirm-and-release-once', extendsWhatHasEnded],
  ['lets anybody extend', 'foreign-holds-refused', letsAnybodyExtend],
  ['leaves out what is held by others', 'foreign-holds-refused', leavesForeignLinesOut],
  ['answers a confirmation and a release', 'confirm-or-release', answersBothWays],
  ['lets rings lose shards', 'stable-routes', letsRingsLoseShards],
  ['routes anew after a restart', 'stable-routes', routesAnewAfterARestart],
  ['ignores added shards', 'stable-routes', ignoresAddedShards],
  ['moves keys among old shards', 'few-keys-move', movesKeysAmongOldShards],
  ['forgets the keys of what moves', 'resharding-keeps-everything', forgetsKeysOfWhatMoves],
  ['forgets the limits of what moves', 'resharding-keeps-everything', forgetsLimitsOfWhatMoves],
  ['loses the orders of what moves', 'resharding-keeps-everything', losesOrdersOfWhatMoves],
  ['loses what runs beside', 'resharding-keeps-everything', losesWhatRunsBeside],
  ['gives a shard half of another', 'balanced-shards', givesAShardHalfOfAnother],
];

test.for(SPOILT)('a market that %s fails %s', async ([, check, open]) => {
  for (const seed of [1, 7]) {
    const [judged] = await judgeMarket({ open, seed, checks: [check], replicas: 'none' });
    expect(judged?.verdict, judged?.reason).toBe('fail');
  }
});

/** What a market in this process has not done by then, it never does. */
const TAKE_OVER_MS = 1_000;
const REPLICA_DEFECTS: readonly [Defect, string][] = [
  ['replies before a majority has it', 'survives-loss-of-a-node'],
  ['never brings a lagging copy up to date', 'replicas-converge'],
  ['applies again what a node has missed', 'replicas-converge'],
  ['takes changes without a majority', 'no-majority-no-change'],
  ['does not say that a read is stale', 'no-majority-no-change'],
];

test.for(REPLICA_DEFECTS)('a market that %s fails %s', async ([defect, checkId]) => {
  const check = replication(TAKE_OVER_MS).find(({ id }) => id === checkId)!;
  await expect(runCheckOn(check, { defects: [defect] })).rejects.toThrow(/./);
  const hits = await runCheckOn(check, { freedoms: { takeOver: 'a little later' } });
  expect(Object.values(hits)[0]).toBeGreaterThan(0);
});

test('a market without replicas is not asked about them', async () => {
  const ids = replication().map(({ id }) => id);
  const judged = await judgeMarket({ checks: ids, replicas: 'none' });
  expect(judged.map(({ verdict }) => verdict)).toEqual(ids.map(() => 'not-applicable'));
  expect(judged[0]?.reason).toContain('replicas');
});

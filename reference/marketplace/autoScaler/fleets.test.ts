import { beforeEach, describe, expect, test } from 'vitest';
import type { Evaluation, PutFleet } from '../../../spec/marketplace/messages.d.ts';
import { createFleets } from './fleets.ts';
import type { Fleets } from './fleets.ts';

const fleetId = 'web';
const START_MS = 10_000_000;
const MINUTE_MS = 60_000;

let now: number;
let fleets: Fleets;

/** A fleet of instances of 100 requests/s that follows the observed load, without window and cooldown. */
const config: PutFleet = {
  fleetId,
  instanceTypes: [{ name: 'small', rps: 100, costPerHourMinor: 7 }],
  instances: [{ name: 'small', count: 10 }],
  minRps: 0,
  maxRps: 10_000,
  targetUtilizationPct: 100,
  stabilizationMs: 0,
  cooldownMs: 0,
};

beforeEach(() => {
  now = START_MS;
  fleets = createFleets();
});

function put(change: Partial<PutFleet> = {}): void {
  expect(fleets.putFleet({ ...config, ...change })).toHaveProperty('output');
}

function evaluate(): Evaluation {
  const outcome = fleets.evaluateFleet({ fleetId, nowMs: now });
  if (!('output' in outcome)) throw new Error(outcome.refused);
  return outcome.output;
}

function evaluateAt(rps: number): Evaluation {
  fleets.recordLoad({ fleetId, samples: [{ atMs: now, rps }] });
  return evaluate();
}

/** That load for an hour, so that there is a forecast of it. */
function evaluateWithForecast(rps: number): Evaluation {
  const samples = Array.from({ length: 61 }, (_, at) => ({ atMs: now - at * MINUTE_MS, rps }));
  fleets.recordLoad({ fleetId, samples });
  return evaluate();
}

test('a fleet is what was put, with none of the types that are left out', () => {
  const instanceTypes = [...config.instanceTypes, { name: 'big', rps: 900, costPerHourMinor: 50 }];
  const instances = [
    { name: 'small', count: 10 },
    { name: 'big', count: 0 },
  ];
  const output = { fleetId, instances, currentRps: 1_000 };
  expect(fleets.putFleet({ ...config, instanceTypes })).toEqual({ output });
});

test('an evaluation tells all that it saw, and puts its decision into force', () => {
  put({ targetUtilizationPct: 80 });
  const first = evaluateWithForecast(1_200);
  expect(first).toEqual({
    fleetId,
    action: 'UP',
    horizonMs: 900_000,
    observedRps: 1_200,
    predictedRps: 1_200,
    requiredRps: 1_500,
    stabilizedRps: 1_500,
    currentRps: 1_000,
    maxRps: 10_000,
    newRps: 1_500,
    instances: [{ name: 'small', count: 15 }],
    costPerHourMinor: 105,
    reasons: [],
  });
  expect(evaluate()).toMatchObject({ action: 'HOLD', currentRps: 1_500, newRps: 1_500 });
});

describe('the need', () => {
  test('is rounded up, and at least minRps', () => {
    put({ targetUtilizationPct: 70, minRps: 500 });
    expect(evaluateAt(701).requiredRps).toBe(1_002);
    now += 1;
    expect(evaluateAt(349).requiredRps).toBe(500);
    now += 1;
    expect(evaluateAt(350).requiredRps).toBe(500);
    now += 1;
    expect(evaluateAt(351).requiredRps).toBe(502);
  });

  test('is that of the newest sample at or before the time, at most five minutes old', () => {
    put();
    fleets.recordLoad({ fleetId, samples: [{ atMs: now + 1, rps: 5_000 }] });
    expect(evaluateAt(900).observedRps).toBe(900);
    now = START_MS + 1 + 300_000;
    expect(evaluate().observedRps).toBe(5_000);
    now += 1;
    expect(evaluate()).toMatchObject({
      observedRps: null,
      reasons: expect.arrayContaining(['METRICS_MISSING']) as unknown,
    });
  });

  test('is exact for the largest loads', () => {
    put({ maxRps: 1_000_000_000, targetUtilizationPct: 99, maxBufferPct: 100 });
    const { requiredRps, maxRps } = evaluateAt(999_999_999);
    expect(requiredRps).toBe(1_010_101_010);
    expect(maxRps).toBe(2_020_202_020);
  });
});

describe('the band', () => {
  test.each([
    [1_200, 'HOLD'],
    [1_201, 'UP'],
    [700, 'HOLD'],
    [699, 'DOWN'],
  ])('with a forecast of %d a fleet of 1 000 is told %s', (rps, action) => {
    put();
    expect(evaluateWithForecast(rps)).toMatchObject({ action, reasons: [] });
  });

  test.each([
    [1_100, 'HOLD'],
    [1_101, 'UP'],
    [700, 'HOLD'],
    [699, 'DOWN'],
  ])('without a forecast %d and a fleet of 1 000 are %s', (rps, action) => {
    put();
    expect(evaluateAt(rps)).toMatchObject({ action, reasons: ['REACTIVE_FALLBACK'] });
  });

  test('is that of the configuration', () => {
    put({ upPct: 150, downPct: 40, tolerancePct: 0, minHistoryMs: 0 });
    expect(evaluateAt(1_500).action).toBe('HOLD');
    now += 1;
    put({ upPct: 150, downPct: 40, tolerancePct: 0 });
    expect(evaluateAt(1_001).action).toBe('UP');
    put({ downPct: 40 });
    expect(evaluateAt(400).action).toBe('HOLD');
  });
});

describe('published examples', () => {
  // KEP-4951: 50 pods at 90 of 75 become 60.
  test('50 instances at 90 where 75 is wanted become 60', () => {
    put({ instances: [{ name: 'small', count: 50 }], targetUtilizationPct: 75 });
    expect(evaluateAt(4_500)).toMatchObject({
      action: 'UP',
      instances: [{ name: 'small', count: 60 }],
    });
  });

  // AWS predictive scaling: forecast 50, buffer 10 %, maximum 40.
  test('a need of 50 with a buffer of 10 % raises a maximum of 40 to 55', () => {
    put({
      instanceTypes: [{ name: 'small', rps: 1, costPerHourMinor: 1 }],
      maxRps: 40,
      maxBufferPct: 10,
    });
    expect(evaluateAt(50)).toMatchObject({
      action: 'UP',
      maxRps: 55,
      newRps: 50,
      reasons: ['REACTIVE_FALLBACK'],
    });
    now += 1;
    expect(evaluateAt(40)).toMatchObject({ maxRps: 40 });
  });

  // KEP-853: the largest of ten recommendations counts.
  test('10 9 8 9 9 8 9 8 9 8 stays 10, then 9 8 9 9 8 9 8 9 8 7 is 9', () => {
    put({ downPct: 100, stabilizationMs: 9 * MINUTE_MS });
    const counts = [10, 9, 8, 9, 9, 8, 9, 8, 9, 8, 7].map((recommended) => {
      now += MINUTE_MS;
      const { action, instances, reasons } = evaluateAt(recommended * 100);
      return `${action} ${instances[0]?.count} ${reasons.slice(1).join()}`;
    });
    expect(counts).toEqual([
      'HOLD 10 ',
      ...Array<string>(9).fill('HOLD 10 STABILIZING'),
      'DOWN 9 ',
    ]);
  });
});

describe('after an action', () => {
  test('there is no DOWN before cooldownMs is over, and UP is not held back', () => {
    put({ cooldownMs: 60_000 });
    expect(evaluateAt(2_000).action).toBe('UP');
    now += 59_999;
    expect(evaluateAt(500)).toMatchObject({
      action: 'HOLD',
      reasons: ['REACTIVE_FALLBACK', 'COOLDOWN'],
    });
    expect(evaluateAt(3_000).action).toBe('UP');
    now += 60_000;
    expect(evaluateAt(500)).toMatchObject({ action: 'DOWN', newRps: 500 });
    now += 59_999;
    expect(evaluateAt(100)).toMatchObject({
      action: 'HOLD',
      reasons: ['REACTIVE_FALLBACK', 'COOLDOWN'],
    });
    now += 1;
    expect(evaluateAt(100).action).toBe('DOWN');
  });
});

describe('without an observation', () => {
  test('a fleet does not shrink', () => {
    put();
    expect(evaluate()).toMatchObject({
      action: 'HOLD',
      observedRps: null,
      predictedRps: null,
      requiredRps: 0,
      reasons: ['REACTIVE_FALLBACK', 'METRICS_MISSING'],
    });
    evaluateWithForecast(600);
    put();
    const samples = Array.from({ length: 61 }, (_, at) => ({
      atMs: now - at * MINUTE_MS,
      rps: 600,
    }));
    fleets.recordLoad({ fleetId, samples });
    now += 300_001;
    expect(evaluate()).toMatchObject({
      action: 'HOLD',
      predictedRps: 600,
      reasons: ['METRICS_MISSING'],
    });
  });

  test('it grows to what is foretold', () => {
    put();
    const samples = Array.from({ length: 61 }, (_, at) => ({
      atMs: now - at * MINUTE_MS,
      rps: 2_000,
    }));
    fleets.recordLoad({ fleetId, samples });
    now += 300_001;
    expect(evaluate()).toMatchObject({ action: 'UP', newRps: 2_000, reasons: ['METRICS_MISSING'] });
  });
});

describe('at the maximum', () => {
  test('a fleet is as large as it may be, and then holds', () => {
    put({ maxRps: 1_550 });
    const atMax = { maxRps: 1_550, newRps: 1_500, reasons: ['REACTIVE_FALLBACK', 'AT_MAX'] };
    expect(evaluateAt(3_000)).toMatchObject({ action: 'UP', ...atMax });
    expect(evaluateAt(3_000)).toMatchObject({ action: 'HOLD', ...atMax });
  });

  test('a fleet that cannot shrink to a smaller mix holds', () => {
    put({ instances: [{ name: 'small', count: 1 }] });
    expect(evaluateAt(10)).toMatchObject({ action: 'HOLD', reasons: ['REACTIVE_FALLBACK'] });
  });
});

test('a load that swings by a tenth makes one action at most after the first', () => {
  put({ stabilizationMs: 300_000, cooldownMs: 300_000, targetUtilizationPct: 70 });
  let actions = 0;
  for (let minute = 0; minute < 600; minute++) {
    now += MINUTE_MS;
    const swing = 0.1 * Math.sin(minute / 6) * (minute % 2 === 0 ? 1 : -1);
    if (evaluateAt(Math.round(1_000 * (1 + swing))).action !== 'HOLD') actions++;
  }
  expect(actions).toBeLessThanOrEqual(2);
});

describe('refusals', () => {
  test('what is unknown, and what lies before the last evaluation', () => {
    const unknown = { refused: 'UNKNOWN_FLEET', detail: 'there is no fleet web' };
    expect(fleets.evaluateFleet({ fleetId, nowMs: now })).toEqual(unknown);
    expect(fleets.recordLoad({ fleetId, samples: [{ atMs: now, rps: 1 }] })).toEqual(unknown);
    put();
    evaluate();
    evaluate();
    expect(fleets.evaluateFleet({ fleetId, nowMs: now - 1 })).toHaveProperty(
      'refused',
      'CLOCK_BACKWARDS',
    );
  });

  test.each<[string, Partial<PutFleet>]>([
    [
      'a type that is there twice',
      { instanceTypes: [config.instanceTypes[0]!, config.instanceTypes[0]!] },
    ],
    [
      'instances that are counted twice',
      { instances: [config.instances[0]!, config.instances[0]!] },
    ],
    ['instances of an unknown type', { instances: [{ name: 'other', count: 1 }] }],
    [
      'more than a message can tell',
      {
        instanceTypes: [{ name: 'small', rps: 1_000_000, costPerHourMinor: 1 }],
        instances: [{ name: 'small', count: 1_001 }],
      },
    ],
  ])('%s', (_, change) => {
    expect(fleets.putFleet({ ...config, ...change })).toHaveProperty('refused', 'INVALID_REQUEST');
    expect(fleets.evaluateFleet({ fleetId, nowMs: now })).toHaveProperty(
      'refused',
      'UNKNOWN_FLEET',
    );
  });
});

test('putFleet forgets what was seen and decided', () => {
  put({ cooldownMs: 60_000, stabilizationMs: 60_000 });
  evaluateAt(3_000);
  now += 1;
  put({ cooldownMs: 60_000, stabilizationMs: 60_000 });
  expect(evaluate()).toMatchObject({ observedRps: null, currentRps: 1_000 });
  expect(evaluateAt(100)).toMatchObject({ action: 'DOWN', stabilizedRps: 100 });
  expect(
    fleets.recordLoad({
      fleetId,
      samples: [
        { atMs: 1, rps: 1 },
        { atMs: now, rps: 1 },
      ],
    }),
  ).toEqual({
    output: { fleetId, samples: 2 },
  });
});

/** One platform a defect that only crashes, lost replies or many clients bring to light, with the share of seeds in which it is accused. */
import type { EventFeed } from '../../../../spec/payments/messages.d.ts';
import type { JsonObject } from '../../../target/target.ts';
import type { WorldReply } from '../../../world/world.ts';
import { soundParts } from './campaignPlatform.ts';
import type { CampaignPlatform, PlatformParts } from './campaignPlatform.ts';
import type { Defect } from './defects.ts';
import type { StepRecord } from './state.ts';

export interface CampaignDefect {
  readonly name: string;
  readonly parts: PlatformParts;
  /** Of the platform itself. */
  readonly defect?: Defect;
  /** The clause that it breaks. */
  readonly clause: string;
  /** Published: a little under what was measured. */
  readonly leastRate: number;
}

const KEYS = 'PAY-IDEM-04.c';
const LEDGER = 'PAY-LEDGER-01.e';
const EVENTS = 'PAY-EVT-01.e';

function inParts(
  name: string,
  clause: string,
  leastRate: number,
  parts: Partial<PlatformParts>,
): CampaignDefect {
  return { name, clause, leastRate, parts: { ...soundParts, ...parts } };
}

function ofPlatform(defect: Defect, clause: string, leastRate: number): CampaignDefect {
  return { name: defect, clause, leastRate, defect, parts: soundParts };
}

/** Sound but for what a crash does to the last step that `isMeant`. */
function inCrash(
  name: string,
  clause: string,
  leastRate: number,
  isMeant: (step: StepRecord) => boolean,
  spoil: (step: StepRecord) => StepRecord,
): CampaignDefect {
  return inParts(name, clause, leastRate, {
    crash({ disk: { records } }) {
      const index = records.findLastIndex((record) => record.kind === 'step' && isMeant(record));
      const step = records[index];
      if (step?.kind === 'step') records[index] = spoil(step);
    },
  });
}

const isCapture = ({ events }: StepRecord): boolean =>
  events.some(({ type }) => type === 'payment.captured');

/** In the words of the provider, whose own books say otherwise. */
function declined(input: JsonObject): WorldReply {
  const { reference = '', amountMinor = 0 } = input;
  const sums = { amountMinor, capturedMinor: 0, refundedMinor: 0, feeMinor: 0 };
  const body = { reference, status: 'declined', declineCode: 'CARD_DECLINED', ...sums };
  return { kind: 'reply', status: 200, body };
}

/** How many events there were at each crash. */
const crashPoints = new WeakMap<CampaignPlatform, number[]>();

const UNWRITTEN_STEPS = 4;
const STRAY_SHARE = 0.05;
const FORGOTTEN_KEYS = 6;

export const campaignDefects: readonly CampaignDefect[] = [
  ofPlatform('charges anew after a crash', KEYS, 0.5),
  inParts('acknowledges before it has written', EVENTS, 0.7, {
    crash({ disk: { records } }) {
      for (let lost = 0; lost < UNWRITTEN_STEPS; lost += 1) {
        if (records.at(-1)?.kind === 'step') records.pop();
      }
    },
  }),
  ofPlatform('loses the last step in a crash', EVENTS, 0.95),
  inCrash('loses an event in a crash', EVENTS, 0.95, isCapture, (step) => ({
    ...step,
    events: step.events.slice(0, -1),
  })),
  inCrash('writes half an entry before a crash', LEDGER, 0.95, isCapture, (step) => ({
    ...step,
    entries: step.entries.map((entry) => ({
      ...entry,
      lines: entry.lines.slice(0, 1) as typeof entry.lines,
    })),
  })),
  inCrash('leaves entries out before a crash', LEDGER, 0.95, isCapture, (step) => ({
    ...step,
    entries: [],
  })),
  inParts('keeps the charge of what it declines', KEYS, 0.7, {
    async outside(platform, operation, input) {
      const reply = await soundParts.outside(platform, operation, input);
      const isMeant = operation === 'createCharge' && platform.random() < STRAY_SHARE;
      return isMeant ? declined(input) : reply;
    },
  }),
  ofPlatform('refunds again under the same key', KEYS, 0.6),
  inParts('asks for a refund under another name', KEYS, 0.65, {
    async outside(platform, operation, input) {
      if (operation === 'refundCharge' && platform.random() < 3 * STRAY_SHARE) {
        const refundReference = `${String(input['refundReference'])}-again`;
        await soundParts.outside(platform, operation, { ...input, refundReference });
      }
      return soundParts.outside(platform, operation, input);
    },
  }),
  ofPlatform('answers a repetition with the present state', KEYS, 0.55),
  inParts('uses positions of the feed again after a crash', EVENTS, 0.95, {
    crash(platform) {
      const steps = platform.disk.records.filter((record) => record.kind === 'step');
      const events = steps.reduce((sum, step) => sum + step.events.length, 0);
      crashPoints.set(platform, [...(crashPoints.get(platform) ?? []), events]);
    },
    async serve(platform, operation, input) {
      const answer = await soundParts.serve(platform, operation, input);
      if (operation !== 'listEvents' || !('output' in answer)) return answer;
      const points = crashPoints.get(platform) ?? [];
      const { events } = answer.output as EventFeed;
      const again = events.map((each) => ({
        ...each,
        position: each.position - points.filter((point) => point < each.position).length,
      }));
      return { output: { events: again } };
    },
  }),
  inParts('charges what nobody asked for', KEYS, 0.8, {
    async outside(platform, operation, input) {
      if (operation === 'createCharge' && platform.random() < STRAY_SHARE) {
        const stray = { reference: `${String(input['reference'])}-stray`, paymentId: 'pay-stray' };
        await soundParts.outside(platform, operation, { ...input, ...stray });
      }
      return soundParts.outside(platform, operation, input);
    },
  }),
  inParts('forgets the newest keys in a crash', KEYS, 0.55, {
    crash({ disk: { records } }) {
      const keys = records.flatMap((record) =>
        record.kind === 'step' && record.key?.operation === 'createPayment'
          ? [record.key.idempotencyKey]
          : [],
      );
      const newest = new Set(keys.slice(-FORGOTTEN_KEYS));
      records.forEach((record, index) => {
        if (record.kind !== 'step' || !newest.has(record.key?.idempotencyKey ?? '')) return;
        records[index] = { ...record, key: undefined };
      });
    },
  }),
  inParts('refuses for certain and carries it out later', KEYS, 0.5, {
    async serve(platform, operation, input) {
      if (operation !== 'createPayment' || platform.random() >= 3 * STRAY_SHARE) {
        return soundParts.serve(platform, operation, input);
      }
      const { epoch } = platform;
      void platform.time.sleepBetween(1, 10).then(async () => {
        if (platform.epoch !== epoch) return;
        await soundParts.serve(platform, operation, input).catch(() => undefined);
      });
      return { problem: { code: 'OVERLOADED' } };
    },
  }),
  ofPlatform('asks the provider for a minor unit less', LEDGER, 0.95),
  ofPlatform('forgets the entries of refunds in a crash', LEDGER, 0.95),
  ofPlatform('tells another amount in an event', EVENTS, 0.95),
  ofPlatform('leaves attempts out of the feed', EVENTS, 0.95),
  ofPlatform('hashes without the time', EVENTS, 0.95),
];

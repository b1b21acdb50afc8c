/** The platform as the contract's service: files, clock, outside services and timers are joined to it here, and only here. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Durability } from '../kit/sqliteFile.ts';
import { commitQueue } from '../kit/commitQueue.ts';
import { frozenClock, systemClock } from '../kit/clock.ts';
import type { Clock } from '../kit/clock.ts';
import { loadContract } from '../kit/contract.ts';
import type { Contract } from '../kit/contract.ts';
import { lifetime } from '../kit/lifetime.ts';
import type { Answer, Service } from '../kit/service.ts';
import { validated } from '../kit/validated.ts';
import type { SetClock } from '../../spec/payments/messages.d.ts';
import { openDatabase } from './eventStore/database.ts';
import type { PaymentDatabase, Write } from './eventStore/database.ts';
import { outsideServices } from './outside/outsideServices.ts';
import type { OutsideServices } from './outside/outsideServices.ts';
import { carryOut, resume } from './platform/carryOut.ts';
import { expirySweep } from './platform/expiry.ts';
import { keyRegister } from './platform/keys.ts';
import { notices } from './platform/notices.ts';
import type { Notices } from './platform/notices.ts';
import type { Platform } from './platform/platform.ts';
import { reads } from './platform/reads.ts';
import { applyRecord, applyRow, applySetting, emptyState } from './platform/state.ts';
import type { State } from './platform/state.ts';
import { turns } from './platform/turns.ts';

export interface PaymentOptions {
  readonly dataDir: string;
  /** Where the clock begins in test mode; a data directory that has seen a later time keeps that. */
  readonly clockMs: number;
  /** on: the clock is frozen, and the control operations are there. */
  readonly testMode: 'on' | 'off';
  readonly durability: Durability;
  /** Where the outside services are. */
  readonly worldUrl: string;
  /** Asked in place of those at worldUrl: to measure the platform without a network. */
  readonly outside?: OutsideServices;
}

export const CASE_DIR = join(import.meta.dirname, '../../spec/payments');

/** Where the database keeps a clock that was moved after the last event: it must not go back after a restart. */
const CLOCK_KEY = 'clockMs';

/** How late the public may hear of an authorisation that ended while nobody looked. */
const SWEEP_INTERVAL_MS = 100;

/**
 * Opens the data directory, rebuilds the state from its events, and takes up what was in flight. Rejects when another process
 * has it open, and when an event does not fit its hash; the message says what to do.
 */
export async function openPayments(
  options: PaymentOptions,
): Promise<{ service: Service; contract: Contract }> {
  const contract = loadContract(CASE_DIR, options.testMode);
  const database = openDatabase(options.dataDir, options.durability);
  const state = emptyState();
  let lastEventMs: number;
  try {
    lastEventMs = recover(database, state);
  } catch (error) {
    database.close();
    throw error;
  }
  const clock = clockOf(options, Math.max(lastEventMs, Number(database.getMeta(CLOCK_KEY) ?? 0)));
  const life = lifetime();
  const outside = options.outside ?? outsideServices(options.worldUrl);
  const told = notices(state, database, outside, clock.nowMs);
  const platform: Platform = {
    state,
    database,
    clock,
    commits: commitQueue(database, applying(state, told, database.lastPosition)),
    outside,
    turns: turns(),
    keys: keyRegister(database),
    unsettled: new Set(),
    newId: (kind) => `${kind}_${randomUUID()}`,
    refusal: (code, detail, extensions) => ({
      problem: contract.problem(code, detail, extensions),
    }),
    pause: life.pause,
  };
  told.start(platform.commits);
  for (const row of database.openKeys()) void resume(platform, row);
  const sweep = expirySweep(platform);
  const timer = setInterval(() => void sweep(), SWEEP_INTERVAL_MS);
  timer.unref();

  const service: Service = {
    async call(operation, given) {
      const input = given as object;
      await sweep();
      const read = reads.get(operation);
      if (read) return read(platform, input);
      const answer = carryOut(platform, operation, input);
      if (answer) return answer;
      const moved = setClock(platform, input as SetClock);
      await sweep();
      return moved;
    },
    subscribe: async (stream) => ({
      problem: contract.problem('NOT_SUPPORTED', `there is no stream ${stream}`),
    }),
    async close() {
      if (life.isClosed()) return;
      clearInterval(timer);
      life.close();
      await outside.close();
      await told.close();
      platform.commits.flush();
      database.close();
    },
  };
  return { service: validated(service, contract), contract };
}

/** Takes written steps into memory, in the order of writing. */
function applying(state: State, told: Notices, lastPosition: number): (step: Write) => void {
  let position = lastPosition;
  return ({ records = [], notify, setting }) => {
    for (const record of records) {
      position++;
      applyRecord(state, record, position);
      if (notify !== undefined) told.add(position, notify, record.paymentId, record.event);
    }
    if (setting) applySetting(state, setting);
  };
}

/** Folds every event into `state`; answers the time of the last one. */
function recover(database: PaymentDatabase, state: State): number {
  let lastMs = 0;
  for (const setting of database.settings()) applySetting(state, setting);
  for (const row of database.allEvents()) {
    const { payment } = applyRow(state, row);
    lastMs = Math.max(lastMs, payment.lastAtMs);
  }
  return lastMs;
}

function clockOf({ testMode, clockMs }: PaymentOptions, notBeforeMs: number): Clock {
  return testMode === 'on' ? frozenClock(Math.max(clockMs, notBeforeMs)) : systemClock(notBeforeMs);
}

function setClock(platform: Platform, { nowMs }: SetClock): Answer {
  const { clock, database } = platform;
  if (!clock.moveTo(nowMs)) {
    return platform.refusal('CLOCK_BACKWARDS', `it is ${clock.nowMs()} already`);
  }
  try {
    database.setMeta(CLOCK_KEY, String(nowMs));
  } catch (error) {
    // The clock has moved all the same; the next event that can be written carries it.
    console.error(error);
  }
  return { output: { nowMs } };
}

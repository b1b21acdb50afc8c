/** The health records as the contract's service: file, clock and outside services are joined to it here, and only here. */
import { join } from 'node:path';
import { frozenClock, systemClock } from '../kit/clock.ts';
import { StoreUnavailable } from '../kit/commitQueue.ts';
import { loadContract } from '../kit/contract.ts';
import type { Contract, Operation } from '../kit/contract.ts';
import type { Shedding } from '../kit/httpServer.ts';
import { jsonClient } from '../kit/jsonClient.ts';
import { Closed, lifetime } from '../kit/lifetime.ts';
import type { Lifetime } from '../kit/lifetime.ts';
import { loadShedder } from '../kit/loadShedder.ts';
import type { Service } from '../kit/service.ts';
import type { Durability } from '../kit/sqliteFile.ts';
import { validated } from '../kit/validated.ts';
import { tellOverdue } from './accessController/emergencyOverride.ts';
import { policy } from './accessController/policy.ts';
import { alertOutbox } from './auditLogger/alerts.ts';
import { auditLogOver } from './auditLogger/auditLog.ts';
import { auditSinks } from './auditLogger/sinks.ts';
import { dataKeys } from './encryptionService/dataKeys.ts';
import { eraser } from './encryptionService/erasure.ts';
import { keyServiceClient } from './encryptionService/keyServiceClient.ts';
import { openedVersions } from './encryptionService/openedVersions.ts';
import { CLOCK, operations } from './operations.ts';
import type { Records } from './records.ts';
import { openStore } from './store/store.ts';
import { turnsOver } from './turns.ts';

export interface RecordsOptions {
  readonly dataDir: string;
  /** Where the clock begins in test mode; a data directory that has seen a later time keeps that. */
  readonly clockMs: number;
  /** on: the clock is frozen, and the control operations are there. */
  readonly testMode: 'on' | 'off';
  readonly durability: Durability;
  /** Where the outside services are. */
  readonly worldUrl: string;
}

export const CASE_DIR = join(import.meta.dirname, '../../spec/records');

/** How often it is looked what has become due meanwhile. */
const TICK_MS = 1000;

/** They need no entry: the clock moves and the export shows what is kept also while nothing can be written. */
const WITHOUT_ENTRY = ['setClock', 'exportCiphertexts'];

/**
 * Opens the data directory, rebuilds the log's tree, and takes up deliveries and erasures that were under way. Rejects when another
 * process has it open; the message says what to do.
 */
export async function openRecords(
  options: RecordsOptions,
): Promise<{ service: Service; contract: Contract; shedding: Shedding }> {
  const { dataDir, durability, worldUrl, testMode } = options;
  const contract = loadContract(CASE_DIR, testMode);
  const store = openStore(dataDir, durability);
  const notBeforeMs = store.setting(CLOCK) ?? 0;
  const clock =
    testMode === 'on'
      ? frozenClock(Math.max(options.clockMs, notBeforeMs))
      : systemClock(notBeforeMs);
  const life = lifetime();
  const keyService = keyServiceClient(worldUrl);
  // Connections of their own: a receiver that is slow must not keep requests waiting for keys.
  const alertClient = jsonClient();
  const sinkClient = jsonClient();

  const log = auditLogOver(store, (organizationIds) => sinks.added(organizationIds));
  const opened = openedVersions();
  const turns = turnsOver(store, log, opened.clear);
  const alerts = alertOutbox({ store, turns }, alertClient, worldUrl, life);
  const sinks = auditSinks({ store, turns, log }, sinkClient, worldUrl, life);
  const keys = dataKeys({
    unwrapKey: keyService.unwrapKey,
    nowMs: clock.nowMs,
    maxAgeMs: policy.keys.maxPlaintextKeyAgeMs,
    onDropped: opened.drop,
  });
  const records: Records = {
    store,
    turns,
    log,
    clock,
    keyService,
    dataKeys: keys,
    opened,
    alertAdded: alerts.wake,
    wakeEraser: () => wakeEraser(),
    problem: (code, detail) => contract.problem(code, detail),
  };
  const wakeEraser = eraser(records, life);
  wakeEraser();
  for (const organizationId of store.organizationsWithAlerts()) alerts.wake(organizationId);
  sinks.added(store.entries.organizations());
  void tick(records, life);

  const service: Service = {
    async call(operation, input) {
      const carryOut = operations.get(operation);
      if (!carryOut) return { problem: contract.problem('NOT_SUPPORTED', 'it is not offered') };
      try {
        if (!WITHOUT_ENTRY.includes(operation) && !turns.isWritable()) throw new StoreUnavailable();
        return await carryOut(records, input as never);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        return { problem: contract.problem('AUDIT_UNAVAILABLE', 'nothing was done or shown') };
      }
    },
    subscribe: async (stream) => ({
      problem: contract.problem('NOT_SUPPORTED', `there is no stream ${stream}`),
    }),
    async close() {
      if (life.isClosed()) return;
      life.close();
      await Promise.all([keyService.close(), alertClient.close(), sinkClient.close()]);
      turns.flush();
      keys.clear();
      store.close();
    },
  };
  const shedding = { mayShed, mustShed: loadShedder().mustShed };
  return { service: validated(service, contract), contract, shedding };
}

/** Operators must get through when everybody else does not. */
function mayShed({ id, errors }: Operation): boolean {
  return errors.includes('OVERLOADED') && id !== 'putUser' && id !== 'putCareTeam';
}

async function tick(records: Records, { pause }: Lifetime): Promise<void> {
  try {
    for (;;) {
      records.dataKeys.dropAged();
      await tellOverdue(records).catch(() => undefined);
      await pause(TICK_MS);
    }
  } catch (error) {
    if (!(error instanceof Closed)) console.error(error);
  }
}

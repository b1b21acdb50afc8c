/** What is still to be told to organisations: alerts until they are taken, and how far each audit sink has got. */
import type { Database } from 'better-sqlite3';

export interface AlertRow {
  readonly position: number;
  readonly organizationId: string;
  /** JSON of ReceiveAlert. */
  readonly body: string;
}

export interface Deliveries {
  addAlert(organizationId: string, body: string): void;
  /** The oldest. */
  nextAlerts(organizationId: string, limit: number): AlertRow[];
  removeAlert(position: number): void;
  organizationsWithAlerts(): string[];
  /** Index of the first entry that the sink may not have. */
  sinkPosition(organizationId: string): number;
  setSinkPosition(organizationId: string, nextIndex: number): void;
}

export function deliveriesIn(db: Database): Deliveries {
  const add = db.prepare<[string, string]>(
    'INSERT INTO alerts (organizationId, body) VALUES (?, ?)',
  );
  const next = db.prepare<[string, number], AlertRow>(
    'SELECT * FROM alerts WHERE organizationId = ? ORDER BY position LIMIT ?',
  );
  const remove = db.prepare<[number]>('DELETE FROM alerts WHERE position = ?');
  const organizations = db.prepare<[], { organizationId: string }>(
    'SELECT DISTINCT organizationId FROM alerts',
  );
  const position = db.prepare<[string], { nextIndex: number }>(
    'SELECT nextIndex FROM sinks WHERE organizationId = ?',
  );
  const setPosition = db.prepare<[string, number]>('REPLACE INTO sinks VALUES (?, ?)');
  return {
    addAlert: (organizationId, body) => void add.run(organizationId, body),
    nextAlerts: (organizationId, limit) => next.all(organizationId, limit),
    removeAlert: (at) => void remove.run(at),
    organizationsWithAlerts: () => organizations.all().map(({ organizationId }) => organizationId),
    sinkPosition: (organizationId) => position.get(organizationId)?.nextIndex ?? 0,
    setSinkPosition: (organizationId, nextIndex) => void setPosition.run(organizationId, nextIndex),
  };
}

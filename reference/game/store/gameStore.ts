/** What outlives the process: which matches there were and how they ended, and the reports. Running matches do not. */
import type { MatchReport, Report } from '../../../spec/game/messages.d.ts';
import type { Durability } from '../../kit/sqliteFile.ts';
import { openSqliteFile } from '../../kit/sqliteFile.ts';

/** `parameters` and `ending` are JSON: the first decides whether a request comes again, the second is the answer to it. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS matches (
    match TEXT PRIMARY KEY, parameters TEXT NOT NULL, ending TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS reports (
    reportId TEXT PRIMARY KEY, match TEXT NOT NULL, player TEXT NOT NULL, kind TEXT NOT NULL, code TEXT NOT NULL,
    fromTick INTEGER NOT NULL, toTick INTEGER NOT NULL, count INTEGER NOT NULL, evidence TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS reportsOfMatch ON reports (match, fromTick, reportId);
`;

export interface KeptMatch {
  /** As it was given to addMatch. */
  readonly parameters: string;
  /** Undefined: it did not end, so it runs or is lost. */
  readonly ending: MatchReport | undefined;
}

/** Whatever writes throws when it could not; then nothing was written. */
export interface GameStore {
  match(match: string): KeptMatch | undefined;
  addMatch(match: string, parameters: string): void;
  endMatch(ending: MatchReport): void;
  /** Adds those reports or replaces them, all or none. */
  putReports(reports: readonly Report[]): void;
  report(reportId: string): Report | undefined;
  /** By fromTick. */
  reports(match: string, player: string | undefined): Report[];
  close(): void;
}

type ReportRow = Omit<Report, 'evidence'> & { readonly evidence: string };

/** Opens or creates dataDir/game.db. Throws when another process has it open. */
export function openGameStore(dataDir: string, durability: Durability): GameStore {
  const db = openSqliteFile(dataDir, 'game.db', SCHEMA, durability);
  const match = db.prepare<[string], { parameters: string; ending: string | null }>(
    'SELECT parameters, ending FROM matches WHERE match = ?',
  );
  const addMatch = db.prepare<[string, string]>('INSERT INTO matches VALUES (?, ?, NULL)');
  const endMatch = db.prepare<[string, string]>('UPDATE matches SET ending = ? WHERE match = ?');
  const putReport = db.prepare<ReportRow>(`
    REPLACE INTO reports VALUES
      (@reportId, @match, @player, @kind, @code, @fromTick, @toTick, @count, @evidence)
  `);
  const report = db.prepare<[string], ReportRow>('SELECT * FROM reports WHERE reportId = ?');
  const reportsOf = db.prepare<[string], ReportRow>(
    'SELECT * FROM reports WHERE match = ? ORDER BY fromTick, reportId',
  );
  const putReports = db.transaction((reports: readonly Report[]) => {
    for (const report of reports) {
      putReport.run({ ...report, evidence: JSON.stringify(report.evidence) });
    }
  });
  return {
    match(id) {
      const row = match.get(id);
      if (!row) return undefined;
      const ending = row.ending === null ? undefined : (JSON.parse(row.ending) as MatchReport);
      return { parameters: row.parameters, ending };
    },
    addMatch: (id, parameters) => void addMatch.run(id, parameters),
    endMatch: (ending) => void endMatch.run(JSON.stringify(ending), ending.match),
    putReports: (reports) => void putReports(reports),
    report(reportId) {
      const row = report.get(reportId);
      return row && reportOf(row);
    },
    reports(id, player) {
      const rows = reportsOf.all(id);
      return rows.filter((row) => player === undefined || row.player === player).map(reportOf);
    },
    close: () => void db.close(),
  };
}

function reportOf(row: ReportRow): Report {
  return { ...row, evidence: JSON.parse(row.evidence) as Report['evidence'] };
}

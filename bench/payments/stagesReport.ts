/**
 * What the manifest of the reference names for measuring inside: a payment in process, the ledger, the recovery, as the rows that
 * `casemark bench` reads. Usage: node stagesReport.ts
 */
import { stageRows } from './stageRows.ts';
import { measureStages } from './stages.ts';

/** A p99.9 of twenty samples, in some ten seconds. */
const SIZES = { payments: 20_000, warmUp: 3_000, entries: 1_000_000, recoveredEvents: 100_000 };

console.log(JSON.stringify(stageRows(await measureStages(SIZES), SIZES)));

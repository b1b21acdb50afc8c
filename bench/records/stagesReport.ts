/**
 * What the manifest of the reference names for measuring inside: the verification of an audit log, as the rows that `casemark bench`
 * reads. Usage: node stagesReport.ts
 */
import { stageRows } from './stageRows.ts';
import { measureStages } from './stages.ts';

/** Some seconds, most of them to make the log. */
const SIZES = { entries: 100_000, warmUp: 20_000 };

console.log(JSON.stringify(stageRows(measureStages(SIZES), SIZES)));

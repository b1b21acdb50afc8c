/**
 * What the manifest of the reference names for measuring inside: ticks of a match of 100 players, as the rows that `casemark bench`
 * reads. Usage: node stagesReport.ts
 */
import { stageRows } from './stageRows.ts';
import { measureStages } from './stages.ts';

/** 100 s of a match at 30 Hz. */
const SIZES = { players: 100, ticks: 3_000, warmUpTicks: 600 };

console.log(JSON.stringify(stageRows(measureStages(SIZES))));

/** The published design, read literally: AccessPatientRecord, and what an operator has to set for it. */
import { publishedRecords } from './publishedRecords.ts';
import type { RecordsOptions } from './publishedRecords.ts';

export default async function create(options: RecordsOptions) {
  return publishedRecords(options, 'literal');
}

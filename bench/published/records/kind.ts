/** The published design, with records and consents that can be written and read through it, and started anew on what it has kept. */
import { publishedRecords } from './publishedRecords.ts';
import type { RecordsOptions } from './publishedRecords.ts';

export default async function create(options: RecordsOptions) {
  return publishedRecords(options, 'kind');
}

/** The published design, read literally: EXECUTED is all that it says of an order. */
import { publishedVenue } from './publishedVenue.ts';

export default async function create({ clockMs }: { clockMs: number }) {
  return publishedVenue(clockMs, 'literal');
}

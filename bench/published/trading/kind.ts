/** The published design, with the state of each order worked out beside it. */
import { publishedVenue } from './publishedVenue.ts';

export default async function create({ clockMs }: { clockMs: number }) {
  return publishedVenue(clockMs, 'kind');
}

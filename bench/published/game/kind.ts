/** The published design, with ticks around it. */
import { publishedGame } from './publishedGame.ts';

export default async function create() {
  return publishedGame('kind');
}

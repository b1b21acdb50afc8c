/** The published design, read literally: no ticks, each action by itself. */
import { publishedGame } from './publishedGame.ts';

export default async function create() {
  return publishedGame('literal');
}

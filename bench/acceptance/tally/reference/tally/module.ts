/** The tally as a module. */
import { openTallies } from './tallies.ts';
import type { Tally } from './tallies.ts';

export default async function create(options: { dataDir: string; clockMs: number }) {
  const tallies = openTallies(options);
  return {
    call: async (operation: string, input: Record<string, unknown>) =>
      tallies.call(operation, input),
    subscribe: async (
      _stream: string,
      input: Record<string, unknown>,
      onMessage: (message: Tally) => void,
    ) => tallies.subscribe(input, onMessage),
    close: async () => undefined,
  };
}

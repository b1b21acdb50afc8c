/** An implementation that does nothing over stdio: it answers every request with the same small result. */
import { createInterface } from 'node:readline';

const RESULT = JSON.stringify({ nothing: 'x'.repeat(300) });

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id } = JSON.parse(line) as { id: number };
  process.stdout.write(`{"jsonrpc":"2.0","id":${id},"result":${RESULT}}\n`);
});

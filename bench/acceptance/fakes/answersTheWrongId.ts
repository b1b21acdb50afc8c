/** JSON-RPC: every reply carries an id that no request had. */
import { createInterface } from 'node:readline';
import { notePid } from './fakeServer.ts';

notePid();
for await (const line of createInterface({ input: process.stdin })) {
  const { id } = JSON.parse(line) as { id: number };
  const result = { tally: 't', total: 1, additions: 1 };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: id + 1_000_000, result })}\n`);
}

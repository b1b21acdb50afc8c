/** JSON-RPC: right answers, with a log line before each. */
import { createInterface } from 'node:readline';
import { notePid } from './fakeServer.ts';

notePid();
for await (const line of createInterface({ input: process.stdin })) {
  const { id } = JSON.parse(line) as { id: number };
  process.stdout.write('INFO handling a request\n');
  const result = { tally: 't', total: 1, additions: 1 };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
}

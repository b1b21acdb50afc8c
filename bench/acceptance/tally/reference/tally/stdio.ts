/** The tally over JSON-RPC on stdin and stdout. */
import { createInterface } from 'node:readline';
import { openTallies } from './tallies.ts';

const [dataDir, clockMs] = process.argv.slice(2);
const tallies = openTallies({ dataDir: dataDir!, clockMs: Number(clockMs) });
const subscriptions = new Map<string, { close: () => void }>();

type Params = Record<string, unknown>;

function say(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

function subscribe(id: number, params: Params): void {
  const subscription = `w${id}`;
  const early: object[] = [];
  let tell = (message: object): void => void early.push(message);
  const answer = tallies.subscribe(params['input'] as Params, (message) => tell(message));
  if ('problem' in answer) {
    return say({ id, error: { code: -32000, message: 'refused', data: answer.problem } });
  }
  subscriptions.set(subscription, answer);
  say({ id, result: { subscription } });
  tell = (message) => say({ method: 'message', params: { subscription, message } });
  early.forEach(tell);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line) as { id: number; method: string; params: Params };
  if (method === 'subscribe') subscribe(id, params);
  else if (method === 'unsubscribe') {
    subscriptions.get(String(params['subscription']))?.close();
    say({ id, result: {} });
  } else {
    const answer = tallies.call(method, params);
    const { headers } = answer;
    if ('output' in answer) say({ id, result: answer.output, headers });
    else say({ id, error: { code: -32000, message: answer.problem.code, data: answer.problem } });
  }
}

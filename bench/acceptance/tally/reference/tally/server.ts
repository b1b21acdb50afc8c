/** The tally over HTTP and WebSocket. */
import { createServer, STATUS_CODES } from 'node:http';
import { WebSocketServer } from 'ws';
import { openTallies } from './tallies.ts';

const [port, dataDir, clockMs] = process.argv.slice(2);
const tallies = openTallies({ dataDir: dataDir!, clockMs: Number(clockMs) });
const STATUS_OF: Record<string, number> = {
  INVALID_REQUEST: 400,
  UNKNOWN_TALLY: 404,
  NOT_SUPPORTED: 501,
};

const OPERATION_OF: Record<string, string> = {
  '': 'getTally',
  add: 'add',
  'add-once': 'addOnce',
};

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  const [, area, kind, tally, verb] = request.url!.split('/');
  if (request.url === '/health') return void response.end('ok');
  const operation =
    area === 'control' ? 'setClock' : kind !== 'tallies' ? '?' : (OPERATION_OF[verb ?? ''] ?? '?');
  const key = request.headers['idempotency-key'];
  const answer = tallies.call(operation, {
    ...body,
    ...(tally !== undefined && { tally }),
    ...(key !== undefined && { key }),
  });
  const problem = 'problem' in answer ? answer.problem : undefined;
  response.statusCode = problem ? STATUS_OF[problem.code]! : 200;
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  response.setHeader('content-type', problem ? 'application/problem+json' : 'application/json');
  response.end(JSON.stringify(problem ?? ('output' in answer ? answer.output : {})));
});

const sockets = new WebSocketServer({ noServer: true });
server.on('upgrade', (request, socket, head) => {
  const tally = new URL(request.url!, 'http://localhost').searchParams.get('tally');
  const known = 'output' in tallies.call('getTally', { tally });
  if (!known) {
    const body = JSON.stringify({ code: 'UNKNOWN_TALLY' });
    socket.end(
      `HTTP/1.1 404 ${STATUS_CODES[404]}\r\ncontent-type: application/problem+json\r\n` +
        `content-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    );
    return;
  }
  sockets.handleUpgrade(request, socket, head, (client) => {
    const subscription = tallies.subscribe({ tally }, (message) =>
      client.send(JSON.stringify(message)),
    );
    client.on('close', () => 'close' in subscription && subscription.close());
  });
});
server.listen(Number(port), '127.0.0.1');

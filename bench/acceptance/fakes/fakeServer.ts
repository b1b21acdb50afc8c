/** What the fakes share: a server that is healthy, writes down its process id, and leaves the rest to the defect. */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** Where a test reads which processes there were. */
export function notePid(pid: number = process.pid): void {
  appendFileSync(process.env['PID_FILE']!, `${pid}\n`);
}

export function fakeServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>,
): Server {
  notePid();
  const server = createServer((request, response) => {
    if (request.url === '/health') return void response.end('ok');
    void answer(request, response);
  });
  return server.listen(Number(process.env['CASEMARK_PORT']), '127.0.0.1');
}

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));
}

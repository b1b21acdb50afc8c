/**
 * Serves a contract over HTTP: a route an operation, RFC 9457 problem documents, GET /health, and the streams as
 * WebSockets.
 */
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyReply, onRequestHookHandler } from 'fastify';
import type { Contract, Operation } from './contract.ts';
import { httpInput } from './httpInput.ts';
import type { Problem, Service } from './service.ts';
import { serveStreams } from './webSocketStreams.ts';

/** The longest request is a map of ten thousand items of at most 80 bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/** An id of 64 characters, every one of them percent-encoded as up to four bytes. */
const MAX_PATH_PARAMETER = 64 * 12;

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Sheds load before a request's body is read: what is refused must cost little. */
export interface Shedding {
  /** Whether the operation may be refused with OVERLOADED. */
  mayShed(operation: Operation): boolean;
  /** Asked for each request of such an operation. */
  mustShed(): boolean;
}

/** Listens on 127.0.0.1; port 0 takes a free one. `service` must be validated: every input comes straight from the wire. */
export async function serveHttp(
  service: Service,
  contract: Contract,
  port: number,
  shedding?: Shedding,
): Promise<HttpServer> {
  const app = fastify({
    logger: false,
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_PATH_PARAMETER },
  });
  readJsonBodies(app);
  answerProblems(app, contract);
  app.get('/health', () => ({ status: 'ok' }));
  const shed = shedding ? [shedLoad(contract, shedding)] : [];
  for (const operation of contract.operations.values()) {
    const input = httpInput(operation);
    app.route({
      method: operation.http.method,
      url: operation.http.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      onRequest: shedding?.mayShed(operation) ? shed : [],
      handler: async (request, reply) => {
        const answer = await service.call(operation.id, input(request));
        if (answer.headers) reply.headers(answer.headers);
        if ('output' in answer) return send(reply, 200, 'application/json', answer.output);
        return sendProblem(reply, answer.problem);
      },
    });
  }
  const closeStreams = serveStreams(app.server, service, contract);
  await app.listen({ port, host: '127.0.0.1' });
  const address = app.server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async close() {
      closeStreams();
      await app.close();
    },
  };
}

/** Whatever its content type says, a body is JSON; none at all is an empty object, for operations that need nothing more. */
function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, body === '' ? {} : JSON.parse(body as string));
    } catch {
      // The parser's own message quotes the body, and a refusal must not repeat what a record holds.
      done(Object.assign(new Error('the body is not JSON'), { statusCode: 400 }));
    }
  });
}

function answerProblems(app: FastifyInstance, contract: Contract): void {
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const isClients = (error.statusCode ?? 500) < 500;
    const code = isClients ? 'INVALID_REQUEST' : 'INTERNAL';
    return sendProblem(reply, contract.problem(code, error.message));
  });
  app.setNotFoundHandler((request, reply) => {
    const problem = contract.problem('NOT_SUPPORTED', `no ${request.method} ${request.url} here`);
    return sendProblem(reply, { ...problem, status: 404 });
  });
}

/** The reply is made once, and leaves by the shortest way. */
function shedLoad(contract: Contract, { mustShed }: Shedding): onRequestHookHandler {
  const body = JSON.stringify(contract.problem('OVERLOADED', 'more requests than can be carried'));
  const headers = {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    'retry-after': '1',
  };
  return (_request, reply, next) => {
    if (!mustShed()) return next();
    reply.hijack();
    reply.raw.writeHead(429, headers).end(body);
  };
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 503) reply.header('retry-after', '1');
  return send(reply, problem.status, 'application/problem+json', problem);
}

function send(reply: FastifyReply, status: number, type: string, body: object): FastifyReply {
  return reply.code(status).header('content-type', type).send(JSON.stringify(body));
}

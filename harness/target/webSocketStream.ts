/** A stream over WebSocket: one JSON message a text frame; a refusal is a problem document instead of the upgrade. */
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { CaseStudy, Stream } from '../contract/caseStudy.ts';
import { toStreamPath } from '../contract/httpRequest.ts';
import { MAX_REPLY_BYTES, MAX_UNSENT_BYTES } from './bounds.ts';
import { excerpt } from './excerpt.ts';
import { parseJson, readText } from './httpConnection.ts';
import { judgeProblem, judgeStreamMessage } from './judgeReply.ts';
import type { JsonObject, StreamEvent, SubscribeAnswer } from './target.ts';

/** How long a server may take to answer a closing handshake; then the connection is cut. */
const MAX_CLOSE_WAIT_MS = 500;

export interface WebSocketStreamOptions {
  readonly caseStudy: CaseStudy;
  readonly stream: Stream;
  /** Base URL of the server. */
  readonly address: string;
  readonly input: JsonObject;
  readonly onEvent: (event: StreamEvent) => void;
  readonly timeoutMs: number;
}

export function subscribeByWebSocket(options: WebSocketStreamOptions): Promise<SubscribeAnswer> {
  const { caseStudy, stream, timeoutMs } = options;
  const url = options.address.replace(/^http/, 'ws') + toStreamPath(stream, options.input);
  const socket = new WebSocket(url, {
    handshakeTimeout: timeoutMs,
    maxPayload: MAX_REPLY_BYTES,
    perMessageDeflate: false,
  });
  let closedByUs = false;
  const tell = (event: StreamEvent): void => {
    if (!closedByUs) options.onEvent(event);
  };

  socket.on('message', (data: Buffer, isBinary: boolean) => {
    // What comes before the closing handshake is done may be much, and nobody waits for it.
    if (!closedByUs) options.onEvent(judgeFrame(caseStudy, stream, data, isBinary));
  });

  return new Promise<SubscribeAnswer>((resolve) => {
    socket.once('open', () => {
      socket.once('close', (code, reason) => {
        tell({
          kind: 'ended',
          reason: `the server closed it: ${code} ${excerpt(reason.toString())}`,
        });
      });
      resolve({
        kind: 'ok',
        subscription: {
          send: (message) => sendFrame(socket, JSON.stringify(message)),
          sendText: (text) => sendFrame(socket, text),
          canPause: true,
          pause: () => socket.pause(),
          resume: () => socket.resume(),
          close: () => {
            closedByUs = true;
            // Paused, it would not read the other side's part of the closing handshake.
            socket.resume();
            return closeSocket(socket);
          },
        },
      });
    });
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      void judgeRefusal(caseStudy, stream, response).then((answer) => {
        resolve(answer);
        socket.terminate();
      });
    });
    socket.on('error', (error: Error) => {
      const reason = `the stream ${stream.id} (${url}) could not be opened: ${error.message}`;
      resolve({ kind: 'indeterminate', reason });
    });
  });
}

function sendFrame(socket: WebSocket, text: string): boolean {
  if (socket.readyState !== WebSocket.OPEN) return false;
  if (socket.bufferedAmount > MAX_UNSENT_BYTES) return false;
  socket.send(text);
  return true;
}

function judgeFrame(
  caseStudy: CaseStudy,
  stream: Stream,
  data: Buffer,
  isBinary: boolean,
): StreamEvent {
  const text = data.toString('utf8');
  if (!isBinary) {
    try {
      return judgeStreamMessage(caseStudy, stream, JSON.parse(text), text);
    } catch {
      // Said below.
    }
  }
  const kind = isBinary ? 'a binary frame' : 'a frame that is not JSON';
  return {
    kind: 'malformed',
    reason: `The stream ${stream.id} sent ${kind}: ${excerpt(text)}. Send one JSON message a text frame.`,
  };
}

async function judgeRefusal(
  caseStudy: CaseStudy,
  stream: Stream,
  response: IncomingMessage,
): Promise<SubscribeAnswer> {
  const status = response.statusCode ?? 0;
  const how = `status ${status} on the upgrade`;
  try {
    const read = await readText(response);
    if (read.kind === 'wrong') return { kind: 'malformed', reason: `${stream.id} ${read.reason}` };
    const value = parseJson(String(response.headers['content-type'] ?? ''), read.text);
    return judgeProblem(caseStudy, stream.id, value ?? read.text, how, status);
  } catch (error) {
    return {
      kind: 'indeterminate',
      reason: `${stream.id}: ${how}, then ${(error as Error).message}`,
    };
  }
}

function closeSocket(socket: WebSocket): Promise<void> {
  if (socket.readyState === WebSocket.CLOSED) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.terminate(), MAX_CLOSE_WAIT_MS);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.close(1000);
  });
}

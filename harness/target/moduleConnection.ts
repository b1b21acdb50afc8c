/** The module binding: a JavaScript or TypeScript module in a child process of its own, reached over Node's IPC channel. */
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CaseStudy, Operation } from '../contract/caseStudy.ts';
import type { Connection } from './connection.ts';
import { excerpt } from './excerpt.ts';
import {
  headersBeside,
  judgeOutput,
  judgeProblem,
  judgeStreamMessage,
  withReceived,
} from './judgeReply.ts';
import type { FromHost, HostReply, OpenedStream, ToHost } from './moduleMessages.ts';
import { createPendingCalls } from './pendingCalls.ts';
import type { Settled } from './pendingCalls.ts';
import type { ManagedProcess } from './startProcess.ts';
import type { Answer, Json, StreamEvent, Subscription } from './target.ts';
import { valueOfText } from './valueOfText.ts';

/** What a subscriber has sent and the channel has not taken; beyond it nothing more is. */
const MAX_UNSENT_MESSAGES = 100_000;

/** The source when this is the source, the compiled file when this is compiled. */
const hostFile = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './moduleHost.ts' : './moduleHost.js', import.meta.url),
);

/** @param preload loaded before the module, for instance to change its sources as they are read */
export function moduleCommand(preload: string | undefined): string[] {
  const early = preload === undefined ? [] : ['--import', preload];
  return [process.execPath, '--disable-warning=ExperimentalWarning', ...early, hostFile];
}

export interface ModuleConnection extends Connection {
  /** Resolves to undefined once the module is made, else to the reason why not. */
  create(options: Omit<Extract<ToHost, { kind: 'create' }>, 'kind'>): Promise<string | undefined>;
}

export function connectModule(caseStudy: CaseStudy, managed: ManagedProcess): ModuleConnection {
  const child = managed.child;
  const pending = createPendingCalls<HostReply>();
  const subscribers = new Map<number, Subscriber>();
  const created = Promise.withResolvers<string | undefined>();
  child.on('message', (message: FromHost) => {
    switch (message.kind) {
      case 'up':
        return;
      case 'created':
        return created.resolve(undefined);
      case 'failed':
        return created.resolve(message.reason);
      case 'reply':
        return void pending.settle(message.id, message);
      case 'message':
        return subscribers.get(message.subscription)?.onMessage(message.json);
      case 'send-threw':
        return subscribers.get(message.subscription)?.onThrown(message.threw);
    }
  });
  const ends = new Set<(reason: string) => void>();
  void managed.exited.then((evidence) => {
    pending.breakAll('ended', `The module's process ${evidence}`);
    for (const end of ends) end(`the module's process ${evidence}`);
  });

  return {
    create(options) {
      post(child, { kind: 'create', ...options });
      return created.promise;
    },
    async call(operation, input, timeoutMs) {
      const settled = await pending.wait(timeoutMs, (id) =>
        post(child, { kind: 'call', id, operation: operation.id, input }),
      );
      const heard = hear(operation.id, settled, timeoutMs);
      if (heard.kind === 'indeterminate') return heard;
      const { value, json } = heard;
      const headers = isRecord(value) ? headersBeside(value['headers']) : undefined;
      return withReceived(judgeResolved(caseStudy, operation, value), { headers, body: json });
    },
    async subscribe(stream, input, onEvent, timeoutMs) {
      let subscription = 0;
      let closed = false;
      const tell = (event: StreamEvent): void => {
        if (!closed) onEvent(event);
      };
      const settled = await pending.wait(timeoutMs, (id) => {
        subscription = id;
        subscribers.set(id, {
          onMessage: (json) => tell(judgeStreamMessage(caseStudy, stream, JSON.parse(json), json)),
          onThrown(threw) {
            const reason = `The module threw at what was sent on ${stream.id}: ${excerpt(threw)}`;
            tell({ kind: 'malformed', reason });
          },
        });
        post(child, { kind: 'subscribe', id, stream: stream.id, input });
      });
      const heard = hear(stream.id, settled, timeoutMs);
      if (heard.kind === 'indeterminate' || (isRecord(heard.value) && 'problem' in heard.value)) {
        subscribers.delete(subscription);
        if (heard.kind === 'indeterminate') return heard;
        const { problem } = heard.value as { problem: unknown };
        return judgeProblem(caseStudy, stream.id, problem, 'a problem');
      }
      const close = async (): Promise<void> => {
        closed = true;
        ends.delete(end);
        subscribers.delete(subscription);
        await pending.wait(timeoutMs, (id) =>
          post(child, { kind: 'unsubscribe', id, subscription }),
        );
      };
      const end = (reason: string): void => tell({ kind: 'ended', reason });
      if (stream.send && !(heard.value as OpenedStream).takesMessages) {
        await close();
        const reason = `subscribe to ${stream.id} resolved to something that has no function "send": resolve to { close, send }.`;
        return { kind: 'malformed', reason };
      }
      ends.add(end);
      const isOver = (): boolean => closed || managed.ended() !== undefined;
      return { kind: 'ok', subscription: { ...sending(child, subscription, isOver), close } };
    },
    async responds(timeoutMs) {
      const settled = await pending.wait(timeoutMs, (id) => post(child, { kind: 'ping', id }));
      return settled.kind === 'reply';
    },
    async close() {
      pending.breakAll('ended', 'The connection was closed.');
    },
  };
}

interface Subscriber {
  readonly onMessage: (json: string) => void;
  readonly onThrown: (threw: string) => void;
}

function sending(
  child: ChildProcess,
  subscription: number,
  isOver: () => boolean,
): Omit<Subscription, 'close'> {
  let unsent = 0;
  const send = (message: Json): boolean => {
    if (isOver() || !child.connected || unsent >= MAX_UNSENT_MESSAGES) return false;
    unsent += 1;
    child.send({ kind: 'send', subscription, message } satisfies ToHost, () => (unsent -= 1));
    return true;
  };
  return {
    send,
    sendText: (text) => send(valueOfText(text)),
    canPause: false,
    pause: () => undefined,
    resume: () => undefined,
  };
}

function judgeResolved(caseStudy: CaseStudy, operation: Operation, value: unknown): Answer {
  if (isRecord(value) && 'problem' in value)
    return judgeProblem(caseStudy, operation.id, value['problem'], 'a problem');
  if (isRecord(value) && 'output' in value)
    return judgeOutput(caseStudy, operation, value['output'], 'an output');
  return {
    kind: 'malformed',
    reason: `${operation.id} resolved to ${excerpt(value)}: resolve to { output } or { problem }.`,
  };
}

type Heard =
  | { readonly kind: 'indeterminate'; readonly reason: string }
  | { readonly kind: 'answered'; readonly value: unknown; readonly json: string };

function hear(name: string, settled: Settled<HostReply>, timeoutMs: number): Heard {
  if (settled.kind === 'timeout') {
    const reason = `${name} was not answered within ${timeoutMs} ms; --patience 10x waits longer`;
    return { kind: 'indeterminate', reason };
  }
  if (settled.kind === 'broken') return { kind: 'indeterminate', reason: settled.reason };
  const { json = 'null', threw } = settled.reply;
  if (threw !== undefined) {
    return { kind: 'indeterminate', reason: `${name} threw: ${excerpt(threw)}` };
  }
  return { kind: 'answered', value: JSON.parse(json), json };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function post(child: ChildProcess, message: ToHost): void {
  if (child.connected) child.send(message, () => undefined);
}

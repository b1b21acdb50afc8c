/** What one binding does for a running implementation; launchTarget makes a Target of it. Nothing here rejects. */
import type { Operation, Stream } from '../contract/caseStudy.ts';
import type { Answer, JsonObject, StreamEvent, SubscribeAnswer } from './target.ts';

export interface Connection {
  /** Base URL, where there is one. */
  readonly address?: string;
  call(operation: Operation, input: JsonObject, timeoutMs: number): Promise<Answer>;
  subscribe(
    stream: Stream,
    input: JsonObject,
    onEvent: (event: StreamEvent) => void,
    timeoutMs: number,
  ): Promise<SubscribeAnswer>;
  /** Whether anything at all comes back. */
  responds(timeoutMs: number): Promise<boolean>;
  close(): Promise<void>;
}

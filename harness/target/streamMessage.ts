/** A message of a stream as it came. */
import type { JsonObject } from './target.ts';

/**
 * A class, so that its JSON and what is kept of it in a history is the message alone, and so that `text` and `bytes` cost those who do not
 * ask nothing. A copy by spreading has neither, and the compiler says so.
 */
export class StreamMessage {
  readonly kind = 'message';
  readonly message: JsonObject;
  readonly #text: string | undefined;

  /** @param text its JSON text as it came, where the binding has it at hand */
  constructor(message: JsonObject, text?: string) {
    this.message = message;
    this.#text = text;
  }

  /** Its JSON text: over HTTP the frame and of a module its message as they came, by stdio the message without white space between its parts. */
  get text(): string {
    return this.#text ?? JSON.stringify(this.message);
  }

  /** Length of `text` in UTF-8: over HTTP of the frame's payload. */
  get bytes(): number {
    return Buffer.byteLength(this.text);
  }
}

/** Reads the replies of one connection out of a buffer that is not its own: the short way where it can, else the strict parser. */
import { responseParser } from '../responseParser.ts';
import type { ParsedResponse, ResponseParser } from '../responseParser.ts';
import { scanReply } from './scanReply.ts';
import type { ScannedReply } from './scanReply.ts';

const scanned: ScannedReply = { status: 0, bodyStart: 0 };

export class ReplyReader {
  /** Made when it is first needed: most connections never do. */
  private parser: ResponseParser | undefined = undefined;
  private isWithinReply = false;

  /**
   * @param bytes the next are at its beginning; overwritten afterwards, so the body that it returns is valid until then
   * @returns the reply once its last byte is there; throws MalformedResponse
   */
  read(bytes: Buffer, length: number): ParsedResponse | undefined {
    if (!this.isWithinReply && scanReply(bytes, length, scanned)) {
      const body = bytes.subarray(scanned.bodyStart, length);
      return { status: scanned.status, body, keepAlive: true };
    }
    this.parser ??= responseParser();
    // A copy: the parser keeps what it is given until the reply is whole.
    const reply = this.parser.push(Buffer.from(bytes.subarray(0, length)));
    this.isWithinReply = reply === undefined;
    return reply;
  }

  /** The connection has ended. @returns the reply that ends with it; throws MalformedResponse when one is cut off */
  end(): ParsedResponse | undefined {
    return this.parser?.end();
  }
}

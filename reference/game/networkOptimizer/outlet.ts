/** The way to one client. What a client does not read waits in this process, up to a bound, and nobody waits for it. */
import type { Deliver } from '../../kit/service.ts';

/** The contract's most that may wait for one client. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** Of it, what is kept free for messages that are not worthless a tick later. */
const RESERVED_BYTES = 128 * 1024;

export interface Outlet {
  /** False: the client is so far behind that the stream has to end. */
  send(text: string): boolean;
  /** False: left out. */
  sendSnapshot(text: string): boolean;
  /** Nothing is sent after it. */
  end(lastText: string): void;
  /** The client is gone. */
  drop(): void;
}

export function outletOf(deliver: Deliver): Outlet {
  let isOpen = true;
  const waiting = (): number => deliver.bufferedBytes?.() ?? 0;
  const pass = (text: string): void => {
    if (deliver.text) deliver.text(text);
    else deliver(JSON.parse(text) as object);
  };
  return {
    send(text) {
      if (!isOpen) return true;
      if (waiting() + text.length > MAX_WAITING_BYTES) return false;
      pass(text);
      return true;
    },
    sendSnapshot(text) {
      if (!isOpen) return false;
      const bytes = waiting();
      if (bytes > 0 && bytes + text.length > MAX_WAITING_BYTES - RESERVED_BYTES) return false;
      pass(text);
      return true;
    },
    end(lastText) {
      if (!isOpen) return;
      isOpen = false;
      pass(lastText);
      deliver.end?.();
    },
    drop() {
      isOpen = false;
    },
  };
}

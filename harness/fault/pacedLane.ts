/** One direction of a connection: what goes into it comes out in order, as late, as slowly and in as small pieces as the faults say. */
import type { Socket } from 'node:net';
import type { ActiveFault } from './proxyFault.ts';

/** Above this the sender is not read any more: a slow reader slows its sender down, and does not fill the memory. */
const MAX_HELD_BYTES = 256 * 1024;
/** Under a bandwidth limit bytes leave in portions of this time, so that they flow instead of arriving at once at the end. */
const BANDWIDTH_PORTION_MS = 20;
/** A message is cut into so many slices at most; then the slices grow. */
const MAX_SLICES = 4_096;

interface Held {
  readonly bytes: Buffer;
  dueMs: number;
  readonly afterWrite: (() => void) | undefined;
}

export interface Lane {
  /** @param shaping the faults of latency, bandwidth and slices that apply to these bytes */
  send(bytes: Buffer, shaping: readonly ActiveFault[], afterWrite?: () => void): void;
  /** Once everything before has been written. */
  finish(act: () => void): void;
  /** What is held goes now: its fault has been removed. */
  release(): void;
  /** What is held goes nowhere. */
  discard(): void;
}

/**
 * @param to where the bytes go
 * @param hold stops (true) or resumes the reading of where they come from
 */
export function pacedLane(to: Socket, hold: (full: boolean) => void): Lane {
  let held: Held[] = [];
  let heldBytes = 0;
  let freeAtMs = 0;
  let lastDueMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let atEnd: (() => void) | undefined;
  let blocked = false;

  const write = (bytes: Buffer, afterWrite: (() => void) | undefined): void => {
    if (!to.writable) return;
    const done = afterWrite && ((error?: Error | null) => (error ? undefined : afterWrite()));
    if (!to.write(bytes, done)) blocked = true;
  };
  const settle = (): void => {
    hold(blocked || heldBytes > MAX_HELD_BYTES);
    if (held.length > 0 || !atEnd) return;
    const act = atEnd;
    atEnd = undefined;
    act();
  };
  const pump = (): void => {
    timer = undefined;
    const nowMs = performance.now();
    let sent = 0;
    while (sent < held.length && held[sent]!.dueMs <= nowMs && !blocked) {
      const { bytes, afterWrite } = held[sent]!;
      heldBytes -= bytes.length;
      write(bytes, afterWrite);
      sent += 1;
    }
    held = held.slice(sent);
    const next = held[0];
    if (next && !blocked) timer = setTimeout(pump, Math.max(0, next.dueMs - nowMs));
    settle();
  };
  to.on('drain', () => {
    blocked = false;
    if (timer === undefined) pump();
  });

  return {
    send(bytes, shaping, afterWrite) {
      if (shaping.length === 0 && held.length === 0 && !blocked) {
        write(bytes, afterWrite);
        settle();
        return;
      }
      const nowMs = performance.now();
      const parts = paced(bytes, shaping, nowMs, freeAtMs);
      for (const [index, part] of parts.entries()) {
        const dueMs = Math.max(part.dueMs, lastDueMs);
        lastDueMs = dueMs;
        const isLast = index === parts.length - 1;
        held.push({ bytes: part.bytes, dueMs, afterWrite: isLast ? afterWrite : undefined });
        heldBytes += part.bytes.length;
      }
      if (parts.length > 0) freeAtMs = parts.at(-1)!.dueMs;
      if (timer === undefined) pump();
      else settle();
    },
    finish(act) {
      atEnd = act;
      settle();
    },
    release() {
      for (const each of held) each.dueMs = 0;
      freeAtMs = 0;
      lastDueMs = 0;
      clearTimeout(timer);
      if (held.length > 0) pump();
    },
    discard() {
      clearTimeout(timer);
      timer = undefined;
      held = [];
      heldBytes = 0;
      atEnd = undefined;
    },
  };
}

interface Paced {
  readonly bytes: Buffer;
  readonly dueMs: number;
}

/** Cut as the slices and the bandwidth want it, each part with the time at which it may go. */
function paced(
  bytes: Buffer,
  shaping: readonly ActiveFault[],
  nowMs: number,
  freeAtMs: number,
): Paced[] {
  let startMs = nowMs;
  let partBytes = bytes.length;
  let gapMs = 0;
  let bytesPerS = Infinity;
  for (const { fault, counts, random } of shaping) {
    switch (fault.kind) {
      case 'net.latency':
        startMs += fault.latencyMs + fault.jitterMs * random();
        counts.bytesDelayed += bytes.length;
        break;
      case 'net.slice':
        partBytes = Math.min(partBytes, fault.sliceBytes);
        gapMs = Math.max(gapMs, fault.gapMs);
        counts.slices += Math.min(MAX_SLICES, Math.ceil(bytes.length / fault.sliceBytes));
        break;
      case 'net.bandwidth':
        bytesPerS = Math.min(bytesPerS, fault.bytesPerS);
        partBytes = Math.min(
          partBytes,
          Math.max(1, Math.ceil((bytesPerS * BANDWIDTH_PORTION_MS) / 1000)),
        );
        counts.bytesDelayed += bytes.length;
        break;
      case 'net.blackhole':
      case 'net.reset':
      case 'net.end':
      case 'net.refuse':
      case 'net.lost-reply':
        break;
    }
  }
  partBytes = Math.max(partBytes, Math.ceil(bytes.length / MAX_SLICES), 1);
  const parts: Paced[] = [];
  let dueMs = bytesPerS === Infinity ? startMs : Math.max(startMs, freeAtMs);
  for (let at = 0; at < bytes.length; at += partBytes) {
    const part = bytes.subarray(at, at + partBytes);
    if (at > 0) dueMs += gapMs;
    if (bytesPerS !== Infinity) dueMs += (part.length / bytesPerS) * 1000;
    parts.push({ bytes: part, dueMs });
  }
  return parts;
}

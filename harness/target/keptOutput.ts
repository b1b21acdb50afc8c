/** Keeps the end of what a process writes, within a bound. */

export interface KeptOutput {
  add(chunk: Buffer): void;
  /** What is kept, as UTF-8. */
  text(): string;
}

export function createKeptOutput(maxBytes: number): KeptOutput {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return {
    add(chunk) {
      chunks.push(chunk.subarray(-maxBytes));
      bytes += Math.min(chunk.length, maxBytes);
      // Whole chunks go, so the end of what is kept is never copied while the process writes.
      while (bytes - (chunks[0]?.length ?? 0) >= maxBytes) bytes -= chunks.shift()?.length ?? 0;
    },
    text: () => Buffer.concat(chunks).subarray(-maxBytes).toString('utf8'),
  };
}

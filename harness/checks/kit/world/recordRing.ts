/**
 * The newest records, as JSON outside of the heap. A world keeps some hundred thousand of them beside a load: as objects the collector
 * would visit every one again and again, and calls would wait meanwhile.
 */

export interface RecordRing<R> {
  /** `record` must be as it is after JSON. Answers its number: 0, 1, 2, ... */
  add(record: R): number;
  /** undefined when it is not kept: it had to make place, or never came. */
  get(number: number): R | undefined;
  /** How many came, kept or not: the number of the next one. */
  count(): number;
}

/** Of consecutive records: of the block that is being filled the texts, of a full one their bytes and where each ends. */
type Block = { readonly texts: string[] } | { readonly bytes: Buffer; readonly ends: Float64Array };

const BLOCK_RECORDS = 256;

/**
 * @param bound the newest so many are kept
 * @param onForgotten called with each record that had to make place, and its number
 */
export function recordRing<R>(
  bound: number,
  onForgotten?: (record: R, number: number) => void,
): RecordRing<R> {
  const blocks = new Map<number, Block>();
  let filling: string[] = [];
  let count = 0;

  function begin(): void {
    filling = [];
    blocks.set(count / BLOCK_RECORDS, { texts: filling });
  }

  function finish(): void {
    blocks.set(count / BLOCK_RECORDS - 1, packed(filling));
    const firstKept = Math.floor((count - bound) / BLOCK_RECORDS);
    for (const number of blocks.keys()) {
      if (number >= firstKept) return;
      blocks.delete(number);
    }
  }

  function get(number: number): R | undefined {
    const isKept = number < count && number >= count - bound;
    const block = isKept ? blocks.get(Math.floor(number / BLOCK_RECORDS)) : undefined;
    return block && (JSON.parse(textIn(block, number % BLOCK_RECORDS)) as R);
  }

  return {
    add(record) {
      const oldest = onForgotten && get(count - bound);
      if (count % BLOCK_RECORDS === 0) begin();
      filling.push(JSON.stringify(record));
      count += 1;
      if (filling.length === BLOCK_RECORDS) finish();
      if (oldest !== undefined) onForgotten?.(oldest, count - 1 - bound);
      return count - 1;
    },
    get,
    count: () => count,
  };
}

function packed(texts: readonly string[]): Block {
  const parts = texts.map((text) => Buffer.from(text));
  let end = 0;
  return {
    bytes: Buffer.concat(parts),
    ends: Float64Array.from(parts, (part) => (end += part.length)),
  };
}

function textIn(block: Block, at: number): string {
  if ('texts' in block) return block.texts[at]!;
  const { bytes, ends } = block;
  return bytes.toString('utf8', at === 0 ? 0 : ends[at - 1], ends[at]);
}

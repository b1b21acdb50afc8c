/** Which parts of byte strings stand in the files below a directory: as bytes, in hex or in base64. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Long enough to stand nowhere by chance, short enough to be cut by few ends of pages. */
const PART_BYTES = 18;
/** Of one check's data; databases that reserve their files in advance stay below. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

export interface KeptParts {
  /** Of each byte string, the share of its parts that were found, 0 to 1. */
  readonly found: readonly number[];
  /** Sentences on what was not looked at. */
  readonly leftOut: readonly string[];
}

/** Without following links; a file that goes away meanwhile holds nothing. */
export function partsOnDisk(directory: string, strings: readonly Buffer[]): KeptParts {
  const parts = strings.map(partsOf);
  const seen = parts.map(({ length }) => new Array<boolean>(length).fill(false));
  const leftOut: string[] = [];
  for (const file of filesBelow(directory)) {
    const text = readLatin1(file, leftOut);
    if (text === undefined) continue;
    // JSON may escape the slashes of base64.
    const texts = text.includes('\\/') ? [text, text.replaceAll('\\/', '/')] : [text];
    for (const [index, ofString] of parts.entries()) {
      for (const [at, forms] of ofString.entries()) {
        seen[index]![at] ||= forms.some((form) => texts.some((each) => each.includes(form)));
      }
    }
  }
  return {
    found: seen.map((each) => each.filter(Boolean).length / Math.max(each.length, 1)),
    leftOut,
  };
}

/** Each part in its forms, one character a byte. A rest that is shorter than a part is left out, unless it is all. */
function partsOf(bytes: Buffer): string[][] {
  const whole = Math.max(1, Math.floor(bytes.length / PART_BYTES));
  return Array.from({ length: whole }, (_, index) =>
    formsOf(bytes.subarray(index * PART_BYTES, (index + 1) * PART_BYTES)),
  );
}

function formsOf(part: Buffer): string[] {
  const hex = part.toString('hex');
  const base64 = [0, 1, 2].map((shift) => alignedBase64(part, shift));
  const urlSafe = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [part.toString('latin1'), hex, hex.toUpperCase(), ...new Set([...base64, ...urlSafe])];
}

/** What is the same of it whatever stands before and after, where `shift` bytes of a group of three stand before. */
function alignedBase64(part: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), part])
    .toString('base64')
    .replace(/=+$/, '');
  const last = (shift + part.length) % 3 === 0 ? text.length : text.length - 1;
  return text.slice(shift === 0 ? 0 : shift + 1, last);
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function readLatin1(file: string, leftOut: string[]): string | undefined {
  try {
    const { size } = statSync(file);
    if (size <= MAX_FILE_BYTES) return readFileSync(file, 'latin1');
    leftOut.push(`${file} has ${size} bytes.`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') leftOut.push(`${file}: ${code}.`);
  }
  return undefined;
}

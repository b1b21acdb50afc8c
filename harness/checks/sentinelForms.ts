/** How a secret text can stand in bytes, as expressions over those bytes read as latin1. */

export type SentinelForm =
  'plain' | 'separated' | 'UTF-16' | 'base64' | 'hex' | 'packed decimal' | 'binary integer';

export interface SentinelPattern {
  /** Global. */
  readonly expression: RegExp;
  /** Of what it matched. */
  readonly formOf: (match: string) => SentinelForm;
}

/** Between two characters: a zero byte of UTF-16, spaces, dashes. */
const BETWEEN = '[\\0 \\-]{0,3}';
/** Between two bytes in hex: as dumps and colon notation write them. */
const BETWEEN_HEX = '[ :\\-]?';
/** Fewer significant bytes than these could stand anywhere by chance. */
const MIN_BINARY_BYTES = 6;

/** @param text of ASCII characters, longer than 8 */
export function formsOf(text: string): SentinelPattern[] {
  const bytes = Buffer.from(text, 'ascii');
  return [
    {
      expression: new RegExp([...text].map(escaped).join(BETWEEN), 'gi'),
      formOf: (match) =>
        match.includes('\0') ? 'UTF-16' : match.length === text.length ? 'plain' : 'separated',
    },
    {
      expression: new RegExp(bytes.toString('hex').match(/../g)?.join(BETWEEN_HEX) ?? '', 'gi'),
      formOf: () => 'hex',
    },
    ...base64Forms(bytes).map((form) => literal(form, 'base64')),
    ...(/^\d+$/.test(text) ? digitForms(text) : []),
  ];
}

/** Base64 of a longer text shows the secret in one of three ways, by where in a group of three bytes it begins. */
function base64Forms(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    // The characters that carry bits of the neighbours too are left out; ASCII never needs the two that the alphabets differ in.
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor(((before + bytes.length) * 8) / 6);
    return whole.slice(first, last);
  });
}

/** Two digits a byte, and the number as eight bytes in either order, as databases store what they take for a number. */
function digitForms(digits: string): SentinelPattern[] {
  const packed = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  const forms = [literal(packed.toString('latin1'), 'packed decimal')];
  const value = BigInt(digits);
  if (value < 2n ** 63n) {
    const integer = Buffer.alloc(8);
    integer.writeBigUInt64BE(value);
    const significant = integer.subarray(integer.findIndex((byte) => byte !== 0));
    if (significant.length >= MIN_BINARY_BYTES) {
      const reversed = Buffer.from(significant).reverse();
      forms.push(literal(significant.toString('latin1'), 'binary integer'));
      forms.push(literal(reversed.toString('latin1'), 'binary integer'));
    }
  }
  return forms;
}

function literal(text: string, form: SentinelForm): SentinelPattern {
  return { expression: new RegExp([...text].map(escaped).join(''), 'g'), formOf: () => form };
}

function escaped(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

/** Numbers as a reader takes them in: four digits at most, the unit that fits, thin spaces between thousands. */

const NARROW_SPACE = '\u202f';

/** Whole numbers of any size in full, others by four digits. */
export function plain(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'unbounded' : 'none';
  const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(4));
  const [whole, fraction] = String(rounded).split('.');
  const grouped = /^-?\d{5,}$/.test(whole!)
    ? whole!.replace(/\B(?=(\d{3})+$)/g, NARROW_SPACE)
    : whole!;
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

const US_PER_MS = 1_000;
const US_PER_S = 1_000_000;

export function duration(us: number): string {
  if (us >= US_PER_S) return `${short(us / US_PER_S)} s`;
  if (us >= US_PER_MS) return `${short(us / US_PER_MS)} ms`;
  return `${short(us)} µs`;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

export function bytes(count: number): string {
  const power = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(Math.max(1, count)) / 10));
  return `${short(count / 1024 ** power)} ${BYTE_UNITS[power]}`;
}

/** @param unit as in targets.json */
export function quantity(value: number, unit: string): string {
  switch (unit) {
    case 'us':
      return duration(value);
    case 'ms':
      return duration(value * US_PER_MS);
    case 's':
      return duration(value * US_PER_S);
    case 'bytes':
      return bytes(value);
    default:
      return unit === 'ratio' ? percent(value) : `${plain(value)} ${unit}`;
  }
}

/** A rate near one keeps the digits in which it differs from it, and is never rounded up to one. */
export function percent(rate: number): string {
  const value = rate * 100;
  const rounded = Math.abs(rate) < 0.9 ? Number(value.toPrecision(4)) : Number(value.toFixed(4));
  const isRoundedUp = rounded === 100 && rate < 1;
  return `${isRoundedUp ? `above 99.9999` : rounded}${NARROW_SPACE}%`;
}

/** @param share of the baseline: 0.1 is 10 % more */
export function change(share: number): string {
  const value = Number((share * 100).toFixed(1));
  const sign = value > 0 ? '+' : value < 0 ? '\u2212' : '';
  return `${sign}${Math.abs(value)}${NARROW_SPACE}%`;
}

export function seconds(ms: number): string {
  return duration(ms * US_PER_MS);
}

function short(value: number): string {
  return plain(Number(value.toPrecision(3)));
}

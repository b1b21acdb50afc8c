/** Digits that a seed gives: the same ones again for the same seed and label. */
import { hash } from 'node:crypto';

/** @param count at most 60 */
export function seededDigits(seed: number, label: string, count: number): string {
  const value = BigInt(`0x${hash('sha256', `${seed}/${label}`)}`);
  return value.toString().slice(-count).padStart(count, '0');
}

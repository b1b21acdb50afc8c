import { hash } from 'node:crypto';

const PREFIX = Buffer.from('casemark data key:');

/** By which a wrong key is known from the right one before anything is sealed with it. */
export function fingerprintOf(dataKey: Buffer): Buffer {
  return hash('sha256', Buffer.concat([PREFIX, dataKey]), 'buffer');
}

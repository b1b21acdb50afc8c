import { createHmac } from 'node:crypto';

/**
 * The header Casemark-Signature of a delivery: `t=<seconds>,v1=<hex>`, where hex is HMAC-SHA256(secret, "<seconds>.<body>").
 * `seconds` since the epoch; under the MAC, so that an old delivery cannot be passed off as a new one.
 */
export function signatureOf(secret: string, body: string, seconds: number): string {
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${mac}`;
}

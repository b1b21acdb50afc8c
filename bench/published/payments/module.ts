/** The published design, read literally: ProcessPayment, and what an operator has to set for it. */
import { publishedPlatform } from './publishedPlatform.ts';
import type { PlatformOptions } from './publishedPlatform.ts';

export default async function create(options: PlatformOptions) {
  return publishedPlatform(options, 'literal');
}

/** The published design, with reads of what it knows beside it, and started anew on what it has kept. */
import { publishedPlatform } from './publishedPlatform.ts';
import type { PlatformOptions } from './publishedPlatform.ts';

export default async function create(options: PlatformOptions) {
  return publishedPlatform(options, 'kind');
}

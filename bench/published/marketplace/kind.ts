/** The published design, with reads of what it knows beside it, the confirmation that a reservation is for, and a timer by the system's clock. */
import { publishedMarketplace } from './publishedMarketplace.ts';
import type { MarketplaceOptions } from './publishedMarketplace.ts';

export default async function create(options: MarketplaceOptions) {
  return publishedMarketplace(options, 'kind');
}

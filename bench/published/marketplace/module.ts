/** The published design, read literally: ReserveInventory and ScaleBasedOnPrediction, and what an operator has to set for them. */
import { publishedMarketplace } from './publishedMarketplace.ts';
import type { MarketplaceOptions } from './publishedMarketplace.ts';

export default async function create(options: MarketplaceOptions) {
  return publishedMarketplace(options, 'literal');
}

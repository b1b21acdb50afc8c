/** Which region serves a merchant, and which one carries its payments now. */
import { has } from './life.ts';
import type { Life } from './life.ts';
import { joined } from './state.ts';
import type { MerchantState, RegionState } from './state.ts';

/** Of several that list the country, the one that was put last. */
export function homeRegion(
  life: Life,
  { networkId, country }: MerchantState,
): RegionState | undefined {
  const regions = [...life.state.regions.values()].filter(
    (region) => region.networkId === networkId,
  );
  if (has(life, 'routes to the region that was put first')) return regions[0];
  const home = regions.findLast(({ countries }) => countries.includes(country));
  return home ?? (has(life, 'routes unknown countries to any region') ? regions[0] : undefined);
}

/** Undefined when none may. */
export function carrierOf(life: Life, merchantId: string): RegionState | undefined {
  const merchant = life.state.merchants.get(merchantId);
  const home = merchant && homeRegion(life, merchant);
  if (!home || home.up) return home;
  const { networkId, backupRegionId, compliance } = home;
  const mayLeave = !compliance.dataResidency || has(life, 'ignores dataResidency');
  if (!mayLeave || backupRegionId === undefined) return undefined;
  if (has(life, 'hands nothing over')) return undefined;
  const backup = life.state.regions.get(joined(networkId, backupRegionId));
  return backup?.up ? backup : undefined;
}

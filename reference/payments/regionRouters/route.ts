/** Which region carries a merchant's payments: that of its country, or while that is down its backup, if the data may leave. */
import type { Region } from '../platform/state.ts';

export type Route = { readonly region: Region } | 'no-route' | 'no-route-available';

export function routeFor(regions: Iterable<Region>, country: string): Route {
  const all = [...regions];
  const home = homeRegion(all, country);
  if (!home) return 'no-route';
  if (home.up) return { region: home };
  if (home.compliance.dataResidency) return 'no-route-available';
  const backup = all.find(({ regionId }) => regionId === home.backupRegionId);
  return backup?.up ? { region: backup } : 'no-route-available';
}

function homeRegion(regions: readonly Region[], country: string): Region | undefined {
  let home: Region | undefined;
  for (const region of regions) {
    const isLater = !home || region.putNumber > home.putNumber;
    if (isLater && (region.countries as readonly string[]).includes(country)) home = region;
  }
  return home;
}

/** Provider ids in the order in which they are tried. */
export function providersOf({ providers }: Region, maxAttempts: number): string[] {
  return [...providers]
    .sort((a, b) => a.priority - b.priority)
    .slice(0, maxAttempts)
    .map(({ providerId }) => providerId);
}

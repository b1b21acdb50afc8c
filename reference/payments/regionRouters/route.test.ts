import { expect, test } from 'vitest';
import type { Region } from '../platform/state.ts';
import { providersOf, routeFor } from './route.ts';

function region(regionId: string, changes: Partial<Region> = {}): Region {
  return {
    networkId: 'net',
    regionId,
    countries: ['DE'],
    providers: [{ providerId: 'p', priority: 0 }],
    compliance: { sanctionedCountries: [], blockedMethods: [], dataResidency: false },
    up: true,
    putNumber: 1,
    ...changes,
  };
}
const resident: Partial<Region> = {
  compliance: { sanctionedCountries: [], blockedMethods: [], dataResidency: true },
};
const idOf = (route: ReturnType<typeof routeFor>) =>
  typeof route === 'object' ? route.region.regionId : route;

test('of two regions that name a country, the one that was put last serves it', () => {
  const regions = [region('new', { putNumber: 2 }), region('old')];
  expect(idOf(routeFor(regions, 'DE'))).toBe('new');
  expect(idOf(routeFor(regions, 'FR'))).toBe('no-route');
});

test('a region that is down hands over to its backup, which has none of its own', () => {
  const down = region('home', { up: false, backupRegionId: 'backup' });
  const backup = region('backup', { countries: [] });
  expect(idOf(routeFor([down, backup], 'DE'))).toBe('backup');
  const downToo = { ...backup, up: false, backupRegionId: 'third' };
  const third = region('third', { countries: [] });
  expect(idOf(routeFor([down, downToo, third], 'DE'))).toBe('no-route-available');
});

test('payments that may not leave their region are not handed over', () => {
  const down = region('home', { up: false, backupRegionId: 'backup', ...resident });
  expect(idOf(routeFor([down, region('backup', { countries: [] })], 'DE'))).toBe(
    'no-route-available',
  );
});

test('providers are tried by priority, and only so many', () => {
  const providers = [
    { providerId: 'c', priority: 7 },
    { providerId: 'a', priority: 1 },
    { providerId: 'b', priority: 3 },
  ] as unknown as Region['providers'];
  expect(providersOf(region('home', { providers }), 2)).toEqual(['a', 'b']);
});

/** What operators have set: networks, regions, merchants. The design is silent on it; here it outlives a restart, as it would anywhere. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Merchant,
  Network,
  PutMerchant,
  PutNetwork,
  PutRegion,
  SetRegionState,
} from '../../../spec/payments/messages.d.ts';
import type { Rules } from './complianceEngine.ts';
import type { OutsideCalls } from './outsideCalls.ts';
import { regionRouter } from './regionRouter.ts';
import type { RegionRouter } from './regionRouter.ts';

export type Setting =
  | { readonly operation: 'putNetwork'; readonly input: PutNetwork }
  | { readonly operation: 'putRegion'; readonly input: PutRegion }
  | { readonly operation: 'setRegionState'; readonly input: SetRegionState }
  | { readonly operation: 'putMerchant'; readonly input: PutMerchant };

export interface Settings {
  readonly networks: ReadonlyMap<string, Network>;
  readonly merchants: ReadonlyMap<string, Merchant>;
  /** By `network/region`. */
  readonly regions: ReadonlyMap<string, PutRegion>;
  isUp(networkId: string, regionId: string): boolean;
  /** Keeps it, and takes it in. */
  put(setting: Setting): void;
}

/** What the design is given by its operators. */
export interface Operated {
  readonly regionRouters: Map<string, RegionRouter>;
  readonly rules: Map<string, Rules>;
  readonly outside: OutsideCalls;
}

/** The contract's defaults; of the fraud policy, what the published line says. */
const DEFAULTS: Omit<Network, 'networkId'> = {
  fraud: { reviewFrom: 0.65, blockAbove: 0.8 },
  maxProviderAttempts: 3,
  callTimeoutMs: 1000,
  authorizationTtlMs: 7 * 24 * 3600 * 1000,
  fee: { bps: 0, fixedMinor: 0 },
};

/** `dataDir`/settings.jsonl: one a line. */
export function settings(dataDir: string, operated: Operated): Settings {
  const networks = new Map<string, Network>();
  const merchants = new Map<string, Merchant>();
  const regions = new Map<string, PutRegion>();
  const down = new Set<string>();

  const apply = ({ operation, input }: Setting): void => {
    switch (operation) {
      case 'putNetwork':
        networks.set(input.networkId, { ...DEFAULTS, ...input });
        return;
      case 'putMerchant': {
        const { merchantId, networkId, country, settlementCurrency = null } = input;
        merchants.set(merchantId, { merchantId, networkId, country, settlementCurrency });
        return;
      }
      case 'putRegion': {
        const key = `${input.networkId}/${input.regionId}`;
        removeRouters(key);
        regions.set(key, input);
        operated.rules.set(key, input.compliance);
        if (!down.has(key)) addRouters(input);
        return;
      }
      case 'setRegionState': {
        const key = `${input.networkId}/${input.regionId}`;
        const region = regions.get(key);
        removeRouters(key);
        if (input.up) down.delete(key);
        else down.add(key);
        if (input.up && region) addRouters(region);
      }
    }
  };

  /** The map of routers is all that the design has to say where a payment goes. */
  const addRouters = (region: PutRegion): void => {
    const router = regionRouter(region, operated.outside);
    for (const country of region.countries) {
      operated.regionRouters.set(locationOf(region.networkId, country), router);
    }
  };

  const removeRouters = (key: string): void => {
    const before = regions.get(key);
    for (const country of before?.countries ?? []) {
      const location = locationOf(before?.networkId ?? '', country);
      if (operated.regionRouters.get(location)?.region === before?.regionId) {
        operated.regionRouters.delete(location);
      }
    }
  };

  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'settings.jsonl');
  for (const setting of kept(file)) apply(setting);
  return {
    networks,
    merchants,
    regions,
    isUp: (networkId, regionId) => !down.has(`${networkId}/${regionId}`),
    put(setting) {
      appendFileSync(file, `${JSON.stringify(setting)}\n`);
      apply(setting);
    },
  };
}

export function locationOf(networkId: string, country: string): string {
  return `${networkId}/${country}`;
}

/** Each line was written before it was acknowledged; one that a crash has cut off was not. */
function kept(file: string): Setting[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Setting);
}

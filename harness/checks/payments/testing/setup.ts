/** Networks, regions, rates and merchants: each put sets the whole of what it names. */
import type {
  PutMerchant,
  PutNetwork,
  PutRate,
  PutRegion,
  SetRegionState,
} from '../../../../spec/payments/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { refused, write } from './life.ts';
import type { Life } from './life.ts';
import { isCurrency } from './money.ts';
import { joined } from './state.ts';

const WEEK_MS = 7 * 24 * 3_600_000;

export function putNetwork(life: Life, input: PutNetwork): SystemAnswer {
  const defaults = {
    fraud: { reviewFrom: 0.65, blockAbove: 0.8 },
    ...{ maxProviderAttempts: 3, callTimeoutMs: 1_000, authorizationTtlMs: WEEK_MS },
    fee: { bps: 0, fixedMinor: 0 },
  };
  const network = { ...defaults, ...input };
  write(life, { kind: 'network', network });
  return { output: network };
}

export function putRegion(life: Life, region: PutRegion): SystemAnswer {
  if (!life.state.networks.has(region.networkId)) return refused('UNKNOWN_NETWORK');
  write(life, { kind: 'region', region });
  return regionAnswer(life, region);
}

export function setRegionState(life: Life, input: SetRegionState): SystemAnswer {
  const { networkId, regionId } = input;
  if (!life.state.networks.has(networkId)) return refused('UNKNOWN_NETWORK');
  if (!life.state.regions.has(joined(networkId, regionId))) return refused('UNKNOWN_REGION');
  write(life, { kind: 'region-state', ...input });
  return regionAnswer(life, input);
}

function regionAnswer(
  life: Life,
  { networkId, regionId }: { networkId: string; regionId: string },
): SystemAnswer {
  const region = life.state.regions.get(joined(networkId, regionId));
  if (!region) return refused('UNKNOWN_REGION');
  const { up, countries, providers } = region;
  return { output: { networkId, regionId, up, countries, providers } };
}

export function putRate(life: Life, input: PutRate): SystemAnswer {
  const { networkId, from, to, rate } = input;
  if (!life.state.networks.has(networkId)) return refused('UNKNOWN_NETWORK');
  if (!isCurrency(from) || !isCurrency(to)) return refused('UNSUPPORTED_CURRENCY');
  write(life, { kind: 'rate', rateKey: joined(networkId, from, to), rate });
  return { output: input };
}

export function putMerchant(life: Life, input: PutMerchant): SystemAnswer {
  const { merchantId, networkId, country, settlementCurrency = null } = input;
  if (!life.state.networks.has(networkId)) return refused('UNKNOWN_NETWORK');
  if (settlementCurrency !== null && !isCurrency(settlementCurrency)) {
    return refused('UNSUPPORTED_CURRENCY');
  }
  const merchant = { merchantId, networkId, country, settlementCurrency };
  write(life, {
    kind: 'merchant',
    merchant: { ...merchant, ...(input.webhook && { webhook: input.webhook }) },
  });
  return { output: merchant };
}

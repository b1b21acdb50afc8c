/** Networks, regions, rates and merchants: each put sets the whole of what it names, and holds for commands that begin later. */
import type {
  Network,
  PutMerchant,
  PutNetwork,
  PutRate,
  PutRegion,
  SetRegionState,
} from '../../../../spec/payments/messages.d.ts';
import type { Answer } from '../../../kit/service.ts';
import type { SettingKind } from '../../eventStore/database.ts';
import { exponentOf } from '../../money/currencies.ts';
import type { Platform } from '../platform.ts';
import type { Region } from '../state.ts';

/** Of the contract. */
const DEFAULTS = {
  fraud: { reviewFrom: 0.65, blockAbove: 0.8 },
  maxProviderAttempts: 3,
  callTimeoutMs: 1000,
  authorizationTtlMs: 7 * 24 * 3600 * 1000,
  fee: { bps: 0, fixedMinor: 0 },
};

export function putNetwork(platform: Platform, input: PutNetwork): Promise<Answer> {
  const network: Network = { ...DEFAULTS, ...input };
  return put(platform, 'network', input.networkId, network, network);
}

export async function putRegion(platform: Platform, input: PutRegion): Promise<Answer> {
  const { networkId, regionId } = input;
  const unknown = unknownNetwork(platform, networkId);
  if (unknown) return unknown;
  const before = platform.state.regions.get(networkId);
  const up = before?.get(regionId)?.up ?? true;
  const putNumber = 1 + Math.max(0, ...[...(before?.values() ?? [])].map((r) => r.putNumber));
  return putWholeRegion(platform, { ...input, up, putNumber });
}

export async function setRegionState(platform: Platform, input: SetRegionState): Promise<Answer> {
  const { networkId, regionId, up } = input;
  const unknown = unknownNetwork(platform, networkId);
  if (unknown) return unknown;
  const region = platform.state.regions.get(networkId)?.get(regionId);
  if (!region) return platform.refusal('UNKNOWN_REGION', `there is no region ${regionId}`);
  return putWholeRegion(platform, { ...region, up });
}

function putWholeRegion(platform: Platform, region: Region): Promise<Answer> {
  const { networkId, regionId, up, countries, providers } = region;
  const view = { networkId, regionId, up, countries, providers };
  return put(platform, 'region', `${networkId}:${regionId}`, region, view);
}

export async function putRate(platform: Platform, input: PutRate): Promise<Answer> {
  const { networkId, from, to } = input;
  const refusal =
    unknownNetwork(platform, networkId) ?? unsupported(platform, from) ?? unsupported(platform, to);
  return refusal ?? put(platform, 'rate', `${networkId}:${from}:${to}`, input, input);
}

export async function putMerchant(platform: Platform, input: PutMerchant): Promise<Answer> {
  const { merchantId, networkId, country, settlementCurrency = null } = input;
  const refusal =
    unknownNetwork(platform, networkId) ??
    (settlementCurrency === null ? undefined : unsupported(platform, settlementCurrency));
  if (refusal) return refusal;
  const view = { merchantId, networkId, country, settlementCurrency };
  return put(platform, 'merchant', merchantId, { ...input, settlementCurrency }, view);
}

async function put(
  platform: Platform,
  kind: SettingKind,
  id: string,
  setting: object,
  view: object,
): Promise<Answer> {
  await platform.commits.commit({ setting: { kind, id, value: JSON.stringify(setting) } });
  return { output: view };
}

function unknownNetwork({ state, refusal }: Platform, networkId: string): Answer | undefined {
  if (state.networks.has(networkId)) return undefined;
  return refusal('UNKNOWN_NETWORK', `there is no network ${networkId}`);
}

function unsupported({ refusal }: Platform, currency: string): Answer | undefined {
  if (exponentOf(currency) !== undefined) return undefined;
  return refusal('UNSUPPORTED_CURRENCY', `ISO 4217 has no ${currency}`);
}

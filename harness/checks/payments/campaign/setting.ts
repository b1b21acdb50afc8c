/** What the load was set up with: which network and providers the campaign is about. */
import type { HistoryCall } from '../../../history/history.ts';

export interface Setting {
  readonly networkIds: readonly string[];
  readonly providerIds: readonly string[];
}

export function settingOf(setUp: readonly HistoryCall[]): Setting {
  const networkIds = new Set<string>();
  const providerIds = new Set<string>();
  for (const { operation, input } of setUp) {
    if (operation === 'putNetwork') networkIds.add(String(input['networkId']));
    if (operation !== 'putRegion') continue;
    for (const { providerId } of input['providers'] as { providerId: string }[]) {
      providerIds.add(providerId);
    }
  }
  return { networkIds: [...networkIds], providerIds: [...providerIds] };
}

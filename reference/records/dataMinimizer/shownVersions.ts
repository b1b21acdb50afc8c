/** What a profile shows of a version that was opened: made once, and kept as long as what was opened is. */
import type { Resource } from '../../../spec/records/messages.d.ts';
import type { Written } from '../encryptionService/openedVersions.ts';
import type { VersionRow } from '../store/versions.ts';
import { minimise } from './minimise.ts';

/** By what was opened and by the profile; with the opened it goes. */
const shown = new WeakMap<Written, Map<string, Resource>>();

/** `written`: what the version holds, opened for it alone. What is returned is shared: nobody changes it. */
export function showVersion(profileId: string, version: VersionRow, written: Written): Resource {
  let byProfile = shown.get(written);
  if (!byProfile) shown.set(written, (byProfile = new Map<string, Resource>()));
  let resource = byProfile.get(profileId);
  if (!resource) byProfile.set(profileId, (resource = minimised(profileId, version, written)));
  return resource;
}

function minimised(profileId: string, version: VersionRow, written: Written): Resource {
  const { resourceId, versionId, writtenAtMs } = version;
  return minimise(profileId, {
    resource: written,
    id: resourceId,
    versionId: String(versionId),
    lastUpdated: new Date(writtenAtMs).toISOString(),
  });
}

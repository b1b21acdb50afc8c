/** Every acknowledged write is there, and no version has two contents. */
import type { Resource } from '../../../../spec/records/messages.d.ts';
import { sameJson } from '../../kit/hold.ts';
import type { Report } from '../../kit/campaign/findings.ts';
import type { HistoryOperation } from '../../../history/history.ts';
import { place } from './commands.ts';
import type { RecordsHistory } from './commands.ts';
import type { RecordsView } from './finalReads.ts';

/** @param seen resources that replies of the campaign showed to readers who may see all of them */
export function holdWrites(
  history: RecordsHistory,
  view: RecordsView,
  seen: readonly SeenVersion[],
  report: Report,
): void {
  for (const [at, { resource, isAcknowledged }] of history.writes) {
    const found = view.resources.get(at);
    if (!found) {
      if (isAcknowledged) report(`The write of ${at} was acknowledged, and it is not there.`);
      continue;
    }
    const element = firstDifference(resource, found);
    if (element !== undefined) report(`${at} was written with another ${element} than it has.`);
  }
  for (const { at, resource } of seen) {
    const found = view.resources.get(at);
    if (!found) {
      report(`${at} was shown during the campaign, and it is not there.`);
      continue;
    }
    if (found.meta.versionId !== resource.meta.versionId) continue;
    if (!sameJson(withoutMeta(found), withoutMeta(resource))) {
      report(`Version ${found.meta.versionId} of ${at} was shown with two contents.`);
    }
  }
}

export interface SeenVersion {
  readonly at: string;
  readonly resource: Resource;
}

/** What reads for TREAT have shown: each resource whole. */
export function seenVersions(operations: readonly HistoryOperation[]): SeenVersion[] {
  const newest = new Map<string, SeenVersion>();
  for (const { operation, input, outcome, output } of operations) {
    if (outcome !== 'ok' || output === undefined || input['purpose'] !== 'TREAT') continue;
    for (const resource of resourcesOf(operation, output)) {
      const at = place(String(input['patientId']), resource.resourceType, resource.id);
      newest.set(`${at} ${resource.meta.versionId} ${JSON.stringify(resource)}`, { at, resource });
    }
  }
  return [...newest.values()];
}

function resourcesOf(operation: string, output: unknown): Resource[] {
  switch (operation) {
    case 'accessRecord':
      return (output as { resources: Resource[] }).resources;
    case 'readResource':
    case 'readPatient':
      return [output as Resource];
    case 'searchResources':
      return (output as { entry: { resource: Resource }[] }).entry.map(({ resource }) => resource);
    default:
      return [];
  }
}

/** Of what was written; undefined when it is as it was written. */
function firstDifference(written: object, found: Resource): string | undefined {
  return Object.entries(written)
    .filter(([element]) => element !== 'meta')
    .find(([element, value]) => !sameJson(value, found[element]))?.[0];
}

function withoutMeta({ meta: _meta, ...rest }: Resource): object {
  return rest;
}

/** `DataMinimizationEngine`: by purpose alone, whoever asks and whatever they asked for. */
import type { Address, CodeableConcept, Resource } from '../../../spec/records/messages.d.ts';
import { policy } from './record.ts';
import type { PatientRecord } from './record.ts';

export interface DataMinimizationEngine {
  minimizeForPurpose(record: readonly Resource[], purpose: string): PatientRecord;
}

export const dataMinimizationEngine: DataMinimizationEngine = {
  minimizeForPurpose(record, purpose) {
    // A purpose of several roles has several profiles: the first.
    const rule = policy.rules.find((one) => one.purpose === purpose);
    const resources = record.map((resource) => minimized(resource, rule?.profile ?? ''));
    const fields = resources.flatMap(({ resourceType, id: _, meta: __, ...elements }) =>
      Object.keys(elements).map((element) => `${resourceType}.${element}`),
    );
    return { resources, accessedFields: [...new Set(fields)] };
  },
};

function minimized(resource: Resource, profileId: string): Resource {
  const { resourceType, id, meta } = resource;
  const profile = policy.profiles[profileId];
  const kept = Object.entries(meta).filter(([member]) => profile?.meta.includes(member));
  const elements = Object.entries(profile?.elements[resourceType] ?? {}).flatMap(
    ([element, form]) => {
      const value = resource[element];
      return value === undefined ? [] : [[element, inForm(value, form)] as const];
    },
  );
  const shown = { ...Object.fromEntries(kept), versionId: meta.versionId };
  return { resourceType, id, meta: shown, ...Object.fromEntries(elements) };
}

function inForm(value: unknown, form: string): unknown {
  if (form === 'year') return String(value).slice(0, 4);
  if (form === 'coded') {
    const { coding } = value as CodeableConcept;
    return coding ? { coding } : {};
  }
  if (form !== 'zip3') return value;
  return (value as Address[]).map(({ state, country, postalCode }) => ({
    ...(state !== undefined && { state }),
    ...(country !== undefined && { country }),
    ...(postalCode !== undefined && { postalCode: postalCode.slice(0, 3) }),
  }));
}

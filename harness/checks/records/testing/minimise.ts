/** A resource as a reader may see it. */
import type { Resource, ResourceType } from '../../../../spec/records/messages.d.ts';
import { instant } from './call.ts';
import { has } from './life.ts';
import type { Life } from './life.ts';
import { policy } from './policy.ts';
import type { Form, Rule } from './policy.ts';
import type { KeptVersion } from './state.ts';

/** As it was written. */
export type Content = Record<string, unknown> & {
  readonly resourceType: ResourceType;
  readonly meta?: { readonly security?: { system: string; code: string }[] };
};

const NO_FIELDS: ReadonlySet<string> = new Set(['resourceType', 'id', 'meta']);

export function minimised(
  life: Life,
  rule: Rule,
  kept: KeptVersion,
  content: Content,
  isSingle: boolean,
): Resource {
  const profile = policy.profiles[profileOf(life, rule, isSingle)]!;
  const forms = profile.elements[content.resourceType] ?? {};
  const shown = Object.entries(forms)
    .filter(([element]) => content[element] !== undefined)
    .filter(
      ([element]) =>
        element !== 'identifier' ||
        rule.profile !== 'payment' ||
        !has(life, 'leaves identifiers out of the payment profile'),
    )
    .filter(([element]) => element !== 'note' || !has(life, 'hides notes from everybody'))
    .map(([element, form]) => [element, inForm(life, form, content[element])] as const)
    .filter(([, value]) => value !== undefined);
  const security = content.meta?.security;
  return {
    ...{ resourceType: content.resourceType, id: kept.resourceId },
    meta: {
      versionId: kept.versionId,
      ...(profile.meta.includes('lastUpdated') && { lastUpdated: instant(kept.writtenMs) }),
      ...(profile.meta.includes('security') && security && { security }),
    },
    ...Object.fromEntries(shown),
  };
}

function profileOf(life: Life, { profile }: Rule, isSingle: boolean): string {
  if (isSingle && has(life, 'minimises no single resource')) return 'full';
  if (!isSingle && has(life, 'minimises no searches')) return 'full';
  if (profile === 'research' && has(life, 'minimises for research as for payment')) {
    return 'payment';
  }
  return profile;
}

function inForm(life: Life, form: Form, value: unknown): unknown {
  switch (form) {
    case 'whole':
      return value;
    case 'year':
      return has(life, 'gives whole dates') ? value : (value as string).slice(0, 4);
    case 'coded': {
      if (has(life, 'leaves the text beside a code')) return value;
      const coded = { ...(value as { text?: string }) };
      delete coded.text;
      if (!isEmpty(coded)) return coded;
      if (has(life, 'leaves the text of a code that has nothing else')) return value;
      return isLeftOut(life) ? undefined : coded;
    }
    case 'zip3': {
      const addresses = (value as Address[]).map((address) => shortened(life, address));
      if (!isLeftOut(life)) return addresses;
      const left = addresses.filter((address) => !isEmpty(address));
      return left.length > 0 ? left : undefined;
    }
  }
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

function isLeftOut({ freedoms }: Life): boolean {
  return freedoms.emptiedElements === 'left out';
}

interface Address {
  readonly state?: string;
  readonly country?: string;
  readonly postalCode?: string;
}

function shortened(life: Life, { state, country, postalCode }: Address): Address {
  const digits = has(life, 'gives whole postal codes') ? 5 : 3;
  return {
    ...(state !== undefined && { state }),
    ...(country !== undefined && { country }),
    ...(postalCode !== undefined && { postalCode: postalCode.slice(0, digits) }),
  };
}

/** `Type.element` of what is shown, each once. */
export function fieldsOf(resources: readonly Readonly<Record<string, unknown>>[]): string[] {
  const fields = resources.flatMap((resource) =>
    Object.keys(resource)
      .filter((name) => !NO_FIELDS.has(name))
      .map((name) => `${resource['resourceType']}.${name}`),
  );
  return [...new Set(fields)];
}

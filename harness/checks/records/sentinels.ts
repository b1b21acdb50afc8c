/** Resources whose every value stands nowhere by chance, to be looked for where none may be. */
import { hash } from 'node:crypto';
import type { ResourceType } from '../../../spec/records/messages.d.ts';
import type { Sentinel } from '../scanForSentinels.ts';
import { generateResource } from './patients.ts';
import type { Owner, ResourceOf, ResourceOptions } from './patients.ts';

export interface PlantedValue {
  /** `Type.element`, as in accessedFields. */
  readonly element: string;
  /** Where in the resource: `name.0.family`. */
  readonly path: string;
  /** ASCII; of an attachment what its data decodes to, of a number as JSON writes it. */
  readonly value: string;
  readonly kind: 'text' | 'date' | 'number' | 'data';
}

export interface PlantedResource<T extends ResourceType = ResourceType> {
  readonly resource: ResourceOf[T];
  readonly sentinels: readonly PlantedValue[];
}

/**
 * Every element is there. No reference, status, other choice of a few or code with a meaning is planted, but for its display and text.
 * @param label makes the values of several resources of one seed differ
 */
export function plantResource<T extends ResourceType>(
  type: T,
  owner: Owner,
  seed: number,
  label: string,
  { labels = [] }: Pick<ResourceOptions, 'labels'> = {},
): PlantedResource<T> {
  const sentinels: PlantedValue[] = [];
  const plantAt = (path: readonly string[], value: unknown): unknown => {
    const [element = ''] = path;
    if (KEPT.includes(element) || KEPT.includes(path.at(-1) ?? '')) return value;
    if (Array.isArray(value)) {
      return value.map((item, index) => plantAt([...path, String(index)], item));
    }
    if (typeof value === 'object' && value !== null) {
      const has = { ...value, ...moreOf(path, value) };
      const members = Object.entries(has).map(([member, inner]) => [
        member,
        isKept(path, member) ? inner : plantAt([...path, member], inner),
      ]);
      return Object.fromEntries(members) as object;
    }
    if (typeof value === 'boolean') return value;
    const place = path.join('.');
    const random = randomOf(`${seed}/${label}/${type}.${place}`);
    const planted = plantValue(path, value, random);
    const { kind, sentinel } = planted;
    sentinels.push({ element: `${type}.${element}`, path: place, kind, value: sentinel });
    return planted.written;
  };
  const full = generateResource(type, owner, seed, { labels });
  const resource = plantAt([], full) as ResourceOf[T];
  return { resource, sentinels };
}

/** For scanForSentinels. */
export function asSentinels(planted: readonly PlantedValue[]): Sentinel[] {
  return planted.map(({ element, path, value }) => ({
    name: `a value of ${element} (${path})`,
    text: value,
  }));
}

/** Elements and members that are ids, or one of a few. */
const KEPT: readonly string[] = [
  'resourceType',
  'meta',
  'reference',
  'status',
  'intent',
  'criticality',
  'gender',
  'use',
];
/** Concepts whose codes mean something to everybody. */
const WITH_MEANING: readonly string[] = [
  'clinicalStatus',
  'verificationStatus',
  'category',
  'interpretation',
];
const DATES: readonly string[] = [
  'birthDate',
  'onsetDateTime',
  'recordedDate',
  'authoredOn',
  'effectiveDateTime',
  'date',
];

function isKept(path: readonly string[], member: string): boolean {
  const [element = ''] = path;
  const isChoice = path.includes('telecom') && member === 'system';
  const hasMeaning =
    WITH_MEANING.includes(element) &&
    path.includes('coding') &&
    (member === 'system' || member === 'code');
  return isChoice || hasMeaning;
}

/** The texts that a concept with a meaning may have beside its code. */
function moreOf(path: readonly string[], value: object): object {
  const [element = ''] = path;
  if (!WITH_MEANING.includes(element)) return {};
  return 'coding' in value ? { text: '' } : { display: '' };
}

interface Planted {
  readonly kind: PlantedValue['kind'];
  readonly sentinel: string;
  readonly written: unknown;
}

function plantValue(path: readonly string[], value: unknown, random: Random): Planted {
  const [element = ''] = path;
  const member = path.at(-1) ?? '';
  if (typeof value === 'number') {
    // Not in a form with an exponent, and with no zero at its end.
    const written = Number(`${4 + random.below(5)}${random.digits(5)}.${random.digits(6)}7`);
    return { kind: 'number', sentinel: String(written), written };
  }
  if (DATES.includes(element)) {
    const written = dateOf(element, random);
    return { kind: 'date', sentinel: written, written };
  }
  const token = `zq${random.letters(16)}`;
  switch (member) {
    case 'data':
      return { kind: 'data', sentinel: token, written: Buffer.from(token).toString('base64') };
    case 'system':
      return { kind: 'text', sentinel: token, written: `urn:casemark:${token}` };
    case 'postalCode': {
      // The three digits that research is shown are no secret of their own.
      const written = `051${random.digits(2)}-${token.slice(0, 14)}`;
      return { kind: 'text', sentinel: token.slice(0, 14), written };
    }
    default:
      return { kind: 'text', sentinel: token, written: token };
  }
}

const FIRST_YEAR = 1931;
const YEARS = 60;

function dateOf(element: string, random: Random): string {
  const from = Date.UTC(FIRST_YEAR, 0, 1);
  const to = Date.UTC(FIRST_YEAR + YEARS, 0, 1);
  const text = new Date(from + random.below(to - from)).toISOString();
  return element === 'birthDate' ? text.slice(0, 10) : text;
}

interface Random {
  /** At most 16. */
  letters(count: number): string;
  /** At most 9. */
  digits(count: number): string;
  /** In [0, bound), bound at most 2^48. */
  below(bound: number): number;
}

/** The same again for the same key. */
function randomOf(key: string): Random {
  const hex = (of: string): string => hash('sha256', `${key}/${of}`);
  return {
    letters: (count) =>
      [...hex('letters').slice(0, count)]
        .map((digit) => 'bcdfghjklmnprstv'[Number.parseInt(digit, 16)])
        .join(''),
    digits: (count) =>
      String(Number.parseInt(hex(`digits ${count}`).slice(0, 8), 16) % 10 ** count).padStart(
        count,
        '0',
      ),
    below: (bound) => Number.parseInt(hex('below').slice(0, 12), 16) % bound,
  };
}

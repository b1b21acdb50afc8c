/**
 * What the consents of a patient allow, as the brief's section "Consent" says it. The provisions are listed from the outside to the
 * inside, and then heard from the inside to the outside.
 */
import type {
  Coding,
  Consent,
  Period,
  Provision,
  ResourceType,
} from '../../../spec/records/messages.d.ts';
import { hasCoding, labelOf, policy } from './policy.ts';
import type { ConsentVerdict, SensitiveCategory } from './policy.ts';

/** One pair of a type and its ordinary part, or a sensitive label, and who wants to see it. */
export interface ConsentQuestion {
  readonly purpose: string;
  readonly type: ResourceType;
  /** Undefined: the ordinary part. */
  readonly label?: SensitiveCategory | undefined;
  /** References that the reader is: `Practitioner/…`, `Organization/…`, `CareTeam/…`. */
  readonly actors: readonly string[];
  readonly nowMs: number;
}

const RESOURCE_TYPES = 'http://hl7.org/fhir/resource-types';

/** @throws Error for a purpose without a default: there consent is not evaluated */
export function consentAllows(consents: readonly Consent[], question: ConsentQuestion): boolean {
  const verdicts = consents
    .filter(({ status }) => status === 'active')
    .map(({ provision }) => verdictOf(provision, question));
  return (strongest(verdicts) ?? defaultOf(question)) === 'permit';
}

/** Undefined: it says nothing. */
export function verdictOf(root: Provision, question: ConsentQuestion): ConsentVerdict | undefined {
  const heard: HeardProvision[] = [];
  const list = (provision: Provision, around: HeardProvision | undefined): void => {
    if (!applies(provision, question)) return;
    const namesLabel = provision.securityLabel !== undefined || (around?.namesLabel ?? false);
    heard.push({ provision, around, namesLabel, inner: [] });
  };
  list(root, undefined);
  // The list grows while it is walked: what is in a provision stands after it.
  for (const each of heard) {
    for (const inner of each.provision.provision ?? []) list(inner, each);
  }
  let verdict: ConsentVerdict | undefined;
  for (const each of heard.toReversed()) {
    verdict = strongest(each.inner) ?? ownVerdict(each, question);
    each.around?.inner.push(verdict);
  }
  return verdict;
}

/** A provision that applies, with all around it. */
interface HeardProvision {
  readonly provision: Provision;
  readonly around: HeardProvision | undefined;
  /** It, or one around it, names labels: since they all apply, the label in question. */
  readonly namesLabel: boolean;
  /** What those directly in it say. */
  readonly inner: (ConsentVerdict | undefined)[];
}

function strongest(verdicts: readonly (ConsentVerdict | undefined)[]): ConsentVerdict | undefined {
  if (verdicts.includes('deny')) return 'deny';
  return verdicts.includes('permit') ? 'permit' : undefined;
}

function ownVerdict(
  { provision, namesLabel }: HeardProvision,
  { label }: ConsentQuestion,
): ConsentVerdict | undefined {
  const isTooGeneral = provision.type === 'permit' && label !== undefined && !namesLabel;
  return isTooGeneral ? undefined : provision.type;
}

function applies(provision: Provision, question: ConsentQuestion): boolean {
  const { period, actor, purpose, class: types, securityLabel } = provision;
  const { label, type, actors, nowMs } = question;
  const names = (codings: readonly Coding[] | undefined, wanted: Coding | undefined): boolean =>
    codings === undefined || (wanted !== undefined && hasCoding(codings, wanted));
  return (
    isWithin(period, nowMs) &&
    (actor === undefined || actor.some(({ reference }) => actors.includes(reference.reference))) &&
    names(purpose, { system: policy.purposes.system, code: question.purpose }) &&
    names(types, { system: RESOURCE_TYPES, code: type }) &&
    names(securityLabel, label === undefined ? undefined : labelOf(label))
  );
}

function isWithin({ start, end }: Period = {}, nowMs: number): boolean {
  return (
    (start === undefined || Date.parse(start) <= nowMs) &&
    (end === undefined || nowMs <= Date.parse(end))
  );
}

function defaultOf({ purpose, label }: ConsentQuestion): ConsentVerdict {
  const found = policy.consentDefaults.find((each) => each.purpose === purpose);
  if (!found) throw new Error(`policy.json has no consent default for ${purpose}.`);
  return label === undefined ? found.ordinary : found.sensitive;
}

/** What may happen to one call of any operation of a world, whatever the case. */

/** `…Booked` carries the call out first, `error`, `silence` and `reset` do not. */
export type CommonBehaviour =
  /** As if nothing were scripted. */
  | { readonly kind: 'usual' }
  /** Status 300 to 599. */
  | { readonly kind: 'error'; readonly status: number }
  | { readonly kind: 'silence' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silenceBooked' }
  | { readonly kind: 'resetBooked' }
  /** Carried out at once, answered so many ms later, at most 60 000. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Carried out, and answered, so many ms later, at most 60 000; also when the caller is gone by then. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Carried out at once, answered when released. */
  | { readonly kind: 'hold' };

/** Any behaviour: a common one, or one of a case's own. */
export interface SomeBehaviour {
  readonly kind: string;
}

const COMMON_KINDS: ReadonlySet<string> = new Set<CommonBehaviour['kind']>([
  'usual',
  'error',
  'silence',
  'reset',
  'silenceBooked',
  'resetBooked',
  'slow',
  'late',
  'hold',
]);

export function isCommon(behaviour: SomeBehaviour): behaviour is CommonBehaviour {
  return COMMON_KINDS.has(behaviour.kind);
}

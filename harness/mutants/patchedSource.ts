/** How a mutant reaches the process that loads it: through its environment. */
export const PATCH_VARIABLE = 'CASEMARK_MUTANT';

export interface Patch {
  /** URL of the source file. */
  readonly url: string;
  readonly search: string;
  readonly replace: string;
}

/** The text with the change; the split keeps `$` in the replacement what it is. */
export function applyPatch(text: string, { search, replace }: Patch): string {
  return text.split(search).join(replace);
}

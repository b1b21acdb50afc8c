/** `casemark mutants`: placeholder until wired. */
export interface MutantsCliOptions {
  impl: string;
  only?: string[];
  sample?: number;
  seed: number;
  effort: number;
  matrix?: string;
  root: string[];
}
export async function runMutantsVerb(
  _caseId: string,
  _options: MutantsCliOptions,
): Promise<number> {
  return 0;
}

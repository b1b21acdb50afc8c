/** What calls of this world can be scripted with beside the common behaviours. */
export function canHave(operation: string, kind: string): boolean {
  return operation === 'unwrapKey' && kind === 'wrongKey';
}

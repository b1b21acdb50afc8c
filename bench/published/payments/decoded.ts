/**
 * Members of a JSON answer as Go's encoding/json gives them to a struct: a missing or null one is the type's zero value, another
 * type is an error (pkg.go.dev/encoding/json, Unmarshal). The published text is Go, and says nothing of how answers are read.
 */
type Members = Readonly<Record<string, unknown>>;

export function decodedNumber(members: Members, name: string): number {
  const value = members[name] ?? 0;
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrongType(name, 'a float64');
  return value;
}

export function decodedBoolean(members: Members, name: string): boolean {
  const value = members[name] ?? false;
  if (typeof value !== 'boolean') throw wrongType(name, 'a bool');
  return value;
}

export function decodedString(members: Members, name: string): string {
  const value = members[name] ?? '';
  if (typeof value !== 'string') throw wrongType(name, 'a string');
  return value;
}

/** A whole answer: an object, or null, which leaves the struct as it was. */
export function decodedStruct(text: string): Members {
  const value = (JSON.parse(text) as unknown) ?? {};
  if (typeof value !== 'object' || Array.isArray(value)) throw wrongType('the answer', 'a struct');
  return value as Members;
}

function wrongType(name: string, wanted: string): Error {
  return new Error(`cannot unmarshal ${name} into ${wanted}`);
}

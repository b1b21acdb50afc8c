/**
 * A copy that shares nothing with the original, of what JSON can hold (and undefined, and numbers that JSON cannot): many times as fast
 * as structuredClone, which the test systems would spend half of their time in.
 * @throws TypeError for anything else: a Map, a function, an instance of a class
 */
export function copyPlain<T>(value: T): T {
  return copied(value) as T;
}

const OPEN = { writable: true, configurable: true };

function copied(value: unknown): unknown {
  if (typeof value === 'function') throw new TypeError('Functions cannot be copied.');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copied);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(`${value.constructor.name} is not plain data.`);
  }
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const field = copied((value as Record<string, unknown>)[name]);
    if (name !== '__proto__') copy[name] = field;
    else Object.defineProperty(copy, name, { value: field, enumerable: true, ...OPEN });
  }
  return copy;
}

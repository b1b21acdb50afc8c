/** The same text for the same JSON, whatever the order of its members: RFC 8785. */
import canonicalize from 'canonicalize';
import type { Json } from '../target/target.ts';

export function canonicalText(value: Json): string {
  return canonicalize(value) ?? 'undefined';
}

/** Which operation of the world a method and a path mean, and the fields that the path carries. */
import type { WorldOperation } from '../contract/caseStudy.ts';
import type { JsonObject } from '../target/target.ts';

export interface Found {
  readonly operation: WorldOperation;
  /** Percent-decoded. */
  readonly fields: JsonObject;
}

interface Route {
  readonly operation: WorldOperation;
  readonly segments: readonly string[];
}

/** @returns undefined where no operation has the method and the path, or the path is wrongly encoded */
export function worldRoutes(
  operations: Iterable<WorldOperation>,
): (method: string, path: string) => Found | undefined {
  const routes = new Map<string, Route[]>();
  for (const operation of operations) {
    const segments = operation.http.path.split('/');
    const key = keyOf(operation.http.method, segments);
    routes.set(key, [...(routes.get(key) ?? []), { operation, segments }]);
  }
  return (method, path) => {
    const segments = path.split('/');
    for (const route of routes.get(keyOf(method, segments)) ?? []) {
      const fields = match(route.segments, segments);
      if (fields) return { operation: route.operation, fields };
    }
    return undefined;
  };
}

/** Few operations share a method and a length, so what is left is looked through. */
function keyOf(method: string, segments: readonly string[]): string {
  return `${method} ${segments.length}`;
}

function match(template: readonly string[], segments: readonly string[]): JsonObject | undefined {
  const fields: JsonObject = {};
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? '';
    if (!part.startsWith('{')) {
      if (part !== segment) return undefined;
      continue;
    }
    const value = decode(segment);
    if (value === undefined || value === '') return undefined;
    fields[part.slice(1, -1)] = value;
  }
  return fields;
}

function decode(segment: string): string | undefined {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** Where case studies are: casemark's own spec/, and that of every `--root`. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './packageRoot.ts';
import { SpecError } from './specError.ts';

export interface CaseStudyPlace {
  readonly id: string;
  /** Holds spec/<id>, and may hold harness/checks/<id> and reference/<id>. */
  readonly root: string;
  readonly dir: string;
}

/** @param extraRoots folders that hold a spec/ like casemark's own; the first that has a case wins */
export function findCaseStudies(extraRoots: readonly string[] = []): CaseStudyPlace[] {
  const found = new Map<string, CaseStudyPlace>();
  for (const root of [...extraRoots, packageRoot]) {
    const spec = join(root, 'spec');
    if (!existsSync(spec)) {
      throw new SpecError(
        `${root} has no folder spec/: --root names a folder that holds spec/<case>/.`,
      );
    }
    for (const id of readdirSync(spec).sort()) {
      const dir = join(spec, id);
      if (existsSync(join(dir, 'case.json')) && !found.has(id)) found.set(id, { id, root, dir });
    }
  }
  return [...found.values()];
}

/** @throws SpecError when no root has it, naming those that there are */
export function findCaseStudy(id: string, extraRoots: readonly string[] = []): CaseStudyPlace {
  const places = findCaseStudies(extraRoots);
  const place = places.find((each) => each.id === id);
  if (place) return place;
  throw new SpecError(
    `There is no case study "${id}": there are ${places.map((each) => each.id).join(', ')}. ` +
      `One that stands elsewhere needs --root DIR, where DIR/spec/${id}/case.json is.`,
  );
}

/** Where Clinic Doctor is installed. It is big and seldom wanted, so casemark does not bring it. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { packageRoot } from '../contract/packageRoot.ts';
import { SpecError } from '../contract/specError.ts';

const PACKAGE = '@clinic/doctor';
/** The major version that this was written for. */
const INSTALL = `npm install --no-save ${PACKAGE}@11`;

/** The user's own folder before casemark's: what somebody installed is meant. */
export function doctorPlaces(): string[] {
  return [process.cwd(), packageRoot];
}

/**
 * @param places folders from which it is looked for as Node looks for a package
 * @returns the file to load
 * @throws SpecError with the line that installs it
 */
export function findDoctor(places: readonly string[] = doctorPlaces()): string {
  for (const place of places) {
    try {
      return createRequire(join(place, 'package.json')).resolve(PACKAGE);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  throw new SpecError(
    `diagnose needs Clinic Doctor (about 100 MB), which is not installed here: run \`${INSTALL}\` and ask again.`,
  );
}

/** What a test system is told to do otherwise. */
import type { Defect } from './defects.ts';
import type { Freedoms } from './freedoms.ts';

export interface Switches {
  readonly defects: ReadonlySet<string>;
  readonly freedoms: Freedoms;
}

export const has = ({ defects }: Switches, defect: Defect): boolean => defects.has(defect);

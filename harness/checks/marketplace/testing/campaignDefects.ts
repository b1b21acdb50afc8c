/** Defects that a campaign brings to light, each with the share of seeds in which its clause is found broken. */
import type { Defect } from './defects.ts';

export interface CampaignDefect {
  readonly name: Defect;
  /** The clause that it breaks. */
  readonly clause: string;
  /** Published: a little under what was measured. */
  readonly leastRate: number;
}

const COUNTED = 'MKT-INV-01.e';
const CONSERVED = 'MKT-INV-02.c';
const KEPT = 'MKT-RES-02.d';
const PAID = 'MKT-ORD-01.g';

const RATES: readonly [name: Defect, clause: string, leastRate: number][] = [
  ['replies before it is durable', KEPT, 0.95],
  ['forgets releases in a crash', KEPT, 0.95],
  ['forgets deadlines in a crash', KEPT, 0.95],
  ['begins deadlines anew after a crash', KEPT, 0.95],
  ['forgets keys in a crash', KEPT, 0.95],
  ['knows no keys', KEPT, 0.95],
  ['waits between reading and holding', COUNTED, 0.75],
  ['confirms twice', COUNTED, 0.75],
  ['ships without moving units', COUNTED, 0.75],
  ['ships again what was shipped', COUNTED, 0.5],
  ['keeps the units of what has expired', COUNTED, 0.95],
  ['returns expired units twice', CONSERVED, 0.95],
  ['gives back twice what is released twice', CONSERVED, 0.75],
  ['gives back twice what a declined order held', CONSERVED, 0.75],
  ['returns the units of a cancelled order twice', COUNTED, 0.7],
  ['never expires', KEPT, 0.95],
  ['releases what was confirmed', COUNTED, 0.5],
  ['forgets pending orders in a crash', PAID, 0.75],
  ['leaves pending orders as they are', PAID, 0.75],
  ['cancels without voiding the charge', PAID, 0.95],
  ['charges anew when it hears nothing', PAID, 0.5],
  ['charges another amount than it was told', PAID, 0.95],
  ['confirms before it charges', PAID, 0.95],
  ['pays without confirming', PAID, 0.95],
  ['takes silence for a decline', PAID, 0.5],
  ['takes silence for a failure', PAID, 0.5],
  ['keeps the holds of a declined order', PAID, 0.75],
  ['orders a reservation twice', PAID, 0.5],
  ['cancels what was shipped', PAID, 0.65],
];

export const campaignDefects: readonly CampaignDefect[] = RATES.map(
  ([name, clause, leastRate]) => ({ name, clause, leastRate }),
);

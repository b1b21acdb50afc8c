/** Which processes belong to a group, and what the system says of them. Linux only: there /proc tells. */
import { readdirSync, readFileSync } from 'node:fs';

export interface GroupMember {
  readonly pid: number;
  /** R running, S sleeping, T stopped, ... (man 5 proc). */
  readonly state: string;
}

/** Of those that are alive: what has ended and was not yet waited for does not count. */
export function groupMembers(groupId: number): GroupMember[] {
  const members: GroupMember[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readIfThere(`/proc/${name}/stat`);
    if (stat === undefined) continue;
    // The name of the program stands in brackets and may hold anything.
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(group) === groupId && state !== 'Z' && state !== 'X') {
      members.push({ pid: Number(name), state: state! });
    }
  }
  return members;
}

export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Ends a confined solution that takes more memory or more processes than it may. Linux only: there /proc tells. */
import { readdirSync } from 'node:fs';
import { readIfThere } from '../../fault/processGroup.ts';
import { residentBytes } from '../../load/usage/processGroup.ts';
import type { ConfinementLimits } from './limits.ts';

/** Fast enough that a greedy process takes little more than its limit, and slow enough to cost nothing. */
const POLL_MS = 100;

export interface LimitWatch {
  /** What was too much; undefined while nothing was. */
  exceeded(): string | undefined;
  /** Ends what still runs. */
  close(): void;
}

/** @param mark stands in the command line of each process that begins a confined tree, and nowhere else */
export function watchLimits(mark: string, limits: ConfinementLimits): LimitWatch {
  let exceeded: string | undefined;
  const timer = setInterval(() => {
    for (const tree of confinedTrees(mark)) {
      const problem = problemOf(tree, limits);
      if (problem === undefined) continue;
      exceeded ??= problem;
      kill(tree[0]!);
    }
  }, POLL_MS);
  timer.unref();
  return {
    exceeded: () => exceeded,
    close() {
      clearInterval(timer);
      for (const [first] of confinedTrees(mark)) kill(first!);
    },
  };
}

function problemOf(tree: readonly number[], limits: ConfinementLimits): string | undefined {
  if (tree.length > limits.processes) return `more than ${limits.processes} processes`;
  const bytes = tree.reduce((sum, pid) => sum + (residentBytes(pid) ?? 0), 0);
  const tooMuch = bytes > limits.memoryMiB * 1024 * 1024;
  return tooMuch ? `more than ${limits.memoryMiB} MiB of memory` : undefined;
}

/** Each: the process that carries the mark, then all that descend from it. What leaves its parent stays below the first of its namespace. */
function confinedTrees(mark: string): number[][] {
  const children = new Map<number, number[]>();
  const first: number[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readIfThere(`/proc/${name}/stat`);
    if (stat === undefined) continue;
    const pid = Number(name);
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
    const words = readIfThere(`/proc/${name}/cmdline`)?.split('\0') ?? [];
    if (words[0] === 'unshare' && words.includes(mark)) first.push(pid);
  }
  const below = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(below)];
  return first.map(below);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

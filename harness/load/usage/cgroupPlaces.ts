/** Where this process's control groups show themselves, from the texts of /proc/self/cgroup and /proc/self/mountinfo. */
import { join } from 'node:path/posix';

/** A folder with the files of one process's CPU control group, and the version whose files they are. */
export interface CgroupPlace {
  readonly version: 1 | 2;
  /** From the process's own group up to the topmost that can be seen: a limit of any of them binds. */
  readonly folders: readonly string[];
}

interface Mount {
  /** Which part of the hierarchy is mounted. */
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly superOptions: readonly string[];
}

/** Undefined where no CPU controller can be seen. */
export function cgroupPlace(cgroupText: string, mountInfoText: string): CgroupPlace | undefined {
  const mounts = mountInfoText.split('\n').flatMap(parseMount);
  const groups = cgroupText.split('\n').flatMap(parseGroup);
  // Version 1 first: on a machine with both, the CPU controller is where version 1 names it.
  const old = groups.find(({ controllers }) => controllers.includes('cpu'));
  const oldMount = mounts.find(
    ({ type, superOptions }) => type === 'cgroup' && superOptions.includes('cpu'),
  );
  if (old && oldMount) return { version: 1, folders: foldersOf(oldMount, old.path) };
  const unified = groups.find(({ hierarchy }) => hierarchy === '0');
  const unifiedMount = mounts.find(({ type }) => type === 'cgroup2');
  if (unified && unifiedMount)
    return { version: 2, folders: foldersOf(unifiedMount, unified.path) };
  return undefined;
}

/** `hierarchy:controllers:path`; version 2 is hierarchy 0 without controllers (cgroups(7)). */
function parseGroup(line: string): { hierarchy: string; controllers: string[]; path: string }[] {
  const match = /^(\d+):([^:]*):(.*)$/.exec(line);
  if (!match) return [];
  const [, hierarchy, controllers, path] = match;
  return [{ hierarchy: hierarchy!, controllers: controllers!.split(','), path: path! }];
}

/** `id parent major:minor root point options... - type source superOptions` (proc(5)). */
function parseMount(line: string): Mount[] {
  const [before, after] = line.split(' - ', 2);
  if (after === undefined) return [];
  const [, , , root, point] = before!.split(' ');
  const [type, , superOptions] = after.split(' ');
  if (root === undefined || point === undefined || !type?.startsWith('cgroup')) return [];
  return [{ root, point, type, superOptions: superOptions?.split(',') ?? [] }];
}

function foldersOf({ root, point }: Mount, path: string): string[] {
  // In a container the path is often that of the host, of which only the container's part is mounted; `/..` is outside of it.
  const inside = isBelow(path, root) ? path.slice(root === '/' ? 0 : root.length) : '';
  const parts = inside.split('/').filter((part) => part !== '' && part !== '..');
  return Array.from({ length: parts.length + 1 }, (_, up) =>
    join(point, ...parts.slice(0, parts.length - up)),
  );
}

function isBelow(path: string, root: string): boolean {
  return root === '/' || path === root || path.startsWith(`${root}/`);
}

import { describe, expect, test } from 'vitest';
import { cgroupPlace } from './cgroupPlaces.ts';
import { parseCfsQuota, parseCpuMax, parseCpuStat } from './hostLimits.ts';
import { readHostLimits, virtualisedOf, watchThrottling } from './hostLimits.ts';

const V2_MOUNT =
  '31 24 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot';
const V1_MOUNTS = [
  '32 31 0:29 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro,nosuid master:11 - cgroup cgroup rw,cpu,cpuacct',
  '33 31 0:30 /docker/abc /sys/fs/cgroup/memory ro,nosuid master:12 - cgroup cgroup rw,memory',
  '38 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw',
].join('\n');
const V1_GROUPS = ['4:memory:/docker/abc', '3:cpu,cpuacct:/docker/abc', '0::/'].join('\n');
const V2_STAT =
  'usage_usec 4271\nuser_usec 3000\nsystem_usec 1271\nnr_periods 20\nnr_throttled 7\nthrottled_usec 61234\n';
const V1_STAT = 'nr_periods 20\nnr_throttled 7\nthrottled_time 61234000\n';

function machine(files: Record<string, string>): (file: string) => string | undefined {
  return (file) => files[file];
}

describe('the folder of a process’s own control group', () => {
  test('of version 2 is its path below the mount, and those above it', () => {
    expect(cgroupPlace('0::/user.slice/session-2.scope\n', V2_MOUNT)).toEqual({
      version: 2,
      folders: [
        '/sys/fs/cgroup/user.slice/session-2.scope',
        '/sys/fs/cgroup/user.slice',
        '/sys/fs/cgroup',
      ],
    });
  });

  test('of version 2 in a container with its own namespace is the mount', () => {
    expect(cgroupPlace('0::/\n', V2_MOUNT)).toEqual({ version: 2, folders: ['/sys/fs/cgroup'] });
  });

  test('of version 1 is that of the CPU controller, without the part that only the host sees', () => {
    expect(cgroupPlace(V1_GROUPS, V1_MOUNTS)).toEqual({
      version: 1,
      folders: ['/sys/fs/cgroup/cpu,cpuacct'],
    });
  });

  test('never lies outside of the mount', () => {
    expect(cgroupPlace('0::/../../other\n', V2_MOUNT)!.folders.at(-1)).toBe('/sys/fs/cgroup');
    expect(cgroupPlace('0::/../../other\n', V2_MOUNT)!.folders.join()).not.toContain('..');
  });

  test.each([
    ['nothing', '', ''],
    ['no mount', '0::/', '22 1 8:1 / / rw - ext4 /dev/sda1 rw'],
    ['a mount without a CPU controller', '4:memory:/a', V1_MOUNTS.split('\n')[1]!],
    ['no text of that form', 'cgroup', 'mount - \n - cgroup2'],
  ])('is unknown where there is %s', (_, groups, mounts) => {
    expect(cgroupPlace(groups, mounts)).toBeUndefined();
  });
});

describe('a CPU limit', () => {
  test.each([
    ['150000 100000\n', 1.5],
    ['max 100000\n', 'unlimited'],
    ['', undefined],
    ['50', undefined],
  ])('of version 2 "%s" is %s cores', (text, cores) => {
    expect(parseCpuMax(text)).toBe(cores);
  });

  test.each([
    ['200000\n', '100000\n', 2],
    ['-1\n', '100000\n', 'unlimited'],
    ['\n', '100000\n', undefined],
    [undefined, '100000\n', undefined],
    ['200000\n', '0\n', undefined],
  ])('of version 1 "%s" of "%s" is %s cores', (quota, period, cores) => {
    expect(parseCfsQuota(quota, period)).toBe(cores);
  });

  test('is the strictest of the group and those above it', () => {
    const limits = readHostLimits(
      machine({
        '/proc/self/cgroup': '0::/pod/container\n',
        '/proc/self/mountinfo': V2_MOUNT,
        '/sys/fs/cgroup/pod/container/cpu.max': 'max 100000\n',
        '/sys/fs/cgroup/pod/cpu.max': '50000 100000\n',
        '/sys/fs/cgroup/pod/cpu.stat': V2_STAT,
        '/sys/fs/cgroup/pod/container/cpu.stat': 'usage_usec 1\nnr_throttled 0\nthrottled_usec 0\n',
      }),
    );
    expect(limits.cpuLimitCores).toBe(0.5);
    expect(limits.throttling).toEqual({ periods: 7, throttledUs: 61_234 });
  });

  test('is none in the topmost group of version 2, which has no such file', () => {
    const files = { '/proc/self/cgroup': '0::/', '/proc/self/mountinfo': V2_MOUNT };
    const read = machine({ ...files, '/sys/fs/cgroup/cgroup.controllers': 'cpu memory\n' });
    expect(readHostLimits(read).cpuLimitCores).toBe('unlimited');
    expect(readHostLimits(machine(files)).cpuLimitCores).toBeNull();
  });

  test('of version 1 is read from the controller’s own files', () => {
    const limits = readHostLimits(
      machine({
        '/proc/self/cgroup': V1_GROUPS,
        '/proc/self/mountinfo': V1_MOUNTS,
        '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '200000\n',
        '/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
        '/sys/fs/cgroup/cpu,cpuacct/cpu.stat': V1_STAT,
      }),
    );
    expect(limits.cpuLimitCores).toBe(2);
    expect(limits.throttling).toEqual({ periods: 7, throttledUs: 61_234 });
  });
});

describe('throttling', () => {
  test('is counted in microseconds in both versions', () => {
    expect(parseCpuStat(2, V2_STAT)).toEqual({ periods: 7, throttledUs: 61_234 });
    expect(parseCpuStat(1, V1_STAT)).toEqual({ periods: 7, throttledUs: 61_234 });
  });

  test('is unknown where the controller does not count it, and never zero', () => {
    expect(parseCpuStat(2, 'usage_usec 4271\nuser_usec 3000\nsystem_usec 1271\n')).toBeUndefined();
    expect(parseCpuStat(1, V2_STAT)).toBeUndefined();
  });

  test('of a window is the difference', () => {
    const files: Record<string, string> = {
      '/proc/self/cgroup': '0::/\n',
      '/proc/self/mountinfo': V2_MOUNT,
      '/sys/fs/cgroup/cpu.stat': V2_STAT,
    };
    const end = watchThrottling(machine(files));
    files['/sys/fs/cgroup/cpu.stat'] = V2_STAT.replace('61234', '71234').replace('ed 7', 'ed 9');
    expect(end()).toEqual({ periods: 2, throttledUs: 10_000 });
    expect(watchThrottling(machine({}))()).toBeNull();
  });
});

describe('a virtual machine', () => {
  const flags = (more: string): string => `processor\t: 0\nflags\t\t: fpu vme ${more}\n`;
  test.each([
    ['by the flag and its name', flags('hypervisor'), 'KVM\n', 'KVM'],
    ['by the flag alone', flags('hypervisor'), undefined, 'hypervisor'],
    [
      'by its name alone',
      'Features\t: fp asimd\n',
      'Google Compute Engine',
      'Google Compute Engine',
    ],
    ['not, on a real machine', flags('avx2'), 'PowerEdge R640\n', 'no'],
    ['not, without the flag', flags('avx2'), undefined, 'no'],
    ['not known without both', 'Features\t: fp asimd\n', undefined, null],
    ['not known elsewhere', undefined, undefined, null],
  ])('is told %s', (_, cpuInfo, product, expected) => {
    expect(virtualisedOf(cpuInfo, product)).toBe(expected);
  });
});

test('where nothing can be read everything is unknown', () => {
  const nothing = { cpuLimitCores: null, throttling: null, virtualised: null };
  expect(readHostLimits(machine({}))).toEqual(nothing);
});

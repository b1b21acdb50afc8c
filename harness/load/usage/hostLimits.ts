/**
 * What bounds the machine that measures: the container's CPU limit and how often it was enforced, and whether the machine is a virtual
 * one. Linux; elsewhere, and where it cannot be seen, unknown, which is null and never zero.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cgroupPlace } from './cgroupPlaces.ts';
import type { CgroupPlace } from './cgroupPlaces.ts';

/** Cores that the process may use in the mean. */
export type CpuLimit = number | 'unlimited';

/** Counted since the group was made: take the difference of two. */
export interface Throttling {
  /** Periods in which the limit stopped it. */
  readonly periods: number;
  /** For how long, summed over the cores. */
  readonly throttledUs: number;
}

export interface HostLimits {
  readonly cpuLimitCores: CpuLimit | null;
  readonly throttling: Throttling | null;
  /** What the machine says it is, for instance "KVM"; "no" for a real one. */
  readonly virtualised: string | null;
}

type Read = (file: string) => string | undefined;

export function readHostLimits(read: Read = readText): HostLimits {
  const place = ownPlace(read);
  return {
    cpuLimitCores: place ? cpuLimitOf(place, read) : null,
    throttling: place ? throttlingOf(place, read) : null,
    virtualised: virtualisedOf(read('/proc/cpuinfo'), read('/sys/class/dmi/id/product_name')),
  };
}

/** @returns a function that tells how long the process's group was throttled since this call, null when that cannot be known */
export function watchThrottling(read: Read = readText): () => Throttling | null {
  const place = ownPlace(read);
  const before = place ? throttlingOf(place, read) : null;
  return () => {
    const after = place ? throttlingOf(place, read) : null;
    if (before === null || after === null) return null;
    return {
      periods: after.periods - before.periods,
      throttledUs: after.throttledUs - before.throttledUs,
    };
  };
}

function ownPlace(read: Read): CgroupPlace | undefined {
  const groups = read('/proc/self/cgroup');
  const mounts = read('/proc/self/mountinfo');
  return groups === undefined || mounts === undefined ? undefined : cgroupPlace(groups, mounts);
}

/** The strictest of the group and those above it. */
function cpuLimitOf({ version, folders }: CgroupPlace, read: Read): CpuLimit | null {
  const limits = folders.flatMap((folder) => {
    const text = (file: string): string | undefined => read(join(folder, file));
    const cores =
      version === 2
        ? parseCpuMax(text('cpu.max'))
        : parseCfsQuota(text('cpu.cfs_quota_us'), text('cpu.cfs_period_us'));
    return cores === undefined ? [] : [cores];
  });
  const numbers = limits.filter((limit) => limit !== 'unlimited');
  if (numbers.length > 0) return Math.min(...numbers);
  if (limits.length > 0) return 'unlimited';
  // The topmost group of version 2 has no cpu.max: who is in it has no limit.
  return version === 2 && read(join(folders.at(-1)!, 'cgroup.controllers')) !== undefined
    ? 'unlimited'
    : null;
}

/** Of the group that was stopped most: a limit further up shows in the counters of the group that has it. */
function throttlingOf({ version, folders }: CgroupPlace, read: Read): Throttling | null {
  const seen = folders.flatMap((folder) => {
    const text = read(join(folder, 'cpu.stat'));
    const throttling = text === undefined ? undefined : parseCpuStat(version, text);
    return throttling ? [throttling] : [];
  });
  return seen.sort((a, b) => b.throttledUs - a.throttledUs)[0] ?? null;
}

/** `quota period` or `max period`. @returns undefined for anything else */
export function parseCpuMax(text: string | undefined): CpuLimit | undefined {
  const match = /^(max|\d+) (\d+)\s*$/.exec(text ?? '');
  if (!match) return undefined;
  return match[1] === 'max' ? 'unlimited' : Number(match[1]) / Number(match[2]);
}

/** A quota of -1 is none. */
export function parseCfsQuota(
  quotaText: string | undefined,
  periodText: string | undefined,
): CpuLimit | undefined {
  const [quota, period] = [quotaText, periodText].map((text) => Number(text?.trim() || NaN));
  if (!Number.isFinite(quota) || !(period! > 0)) return undefined;
  return quota! < 0 ? 'unlimited' : quota! / period!;
}

/** Version 1 has throttled_time in nanoseconds, version 2 throttled_usec. Undefined where the controller counts neither. */
export function parseCpuStat(version: 1 | 2, text: string): Throttling | undefined {
  const value = (name: string): number | undefined => {
    const digits = new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1];
    return digits === undefined ? undefined : Number(digits);
  };
  const periods = value('nr_throttled');
  const throttledUs =
    version === 2 ? value('throttled_usec') : scaled(value('throttled_time'), 1 / 1000);
  return periods === undefined || throttledUs === undefined ? undefined : { periods, throttledUs };
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

/** Longest of what a product calls itself that a report should carry. */
const MAX_PRODUCT_CHARS = 40;

/** Product names of hypervisors that do not set the flag that x86 has for it, or stand on other processors. */
const VIRTUAL_PRODUCT =
  /kvm|qemu|virtual|vmware|xen|bochs|hvm|compute engine|openstack|firecracker/i;

/** @returns the product's name on a virtual machine, "no" on a real one, null when neither text can be read */
export function virtualisedOf(
  cpuInfo: string | undefined,
  productName: string | undefined,
): string | null {
  const flagged = /^flags\s*:.*\bhypervisor\b/m.test(cpuInfo ?? '');
  const product = productName?.trim().slice(0, MAX_PRODUCT_CHARS) ?? '';
  if (flagged || VIRTUAL_PRODUCT.test(product)) return product || 'hypervisor';
  // Only x86 has the flag: without flags and without a name, nothing says what it is.
  return /^flags\s*:/m.test(cpuInfo ?? '') || product !== '' ? 'no' : null;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** The machine of this run. */
import { createHash } from 'node:crypto';
import { cpus, release, totalmem, type } from 'node:os';
import { suiteVersion } from '../contract/packageRoot.ts';
import { readHostLimits } from '../load/usage/hostLimits.ts';
import type { Environment } from '../run/event.ts';

export function environment(): Environment {
  const { cpuLimitCores, virtualised } = readHostLimits();
  const parts = {
    cpuModel: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memBytes: totalmem(),
    os: `${type()} ${release()}`,
    containerCpus: typeof cpuLimitCores === 'number' ? cpuLimitCores : null,
    virtualised,
    runtime: `casemark ${suiteVersion} on node ${process.version}`,
  };
  const fingerprint = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
  return { ...parts, fingerprint };
}

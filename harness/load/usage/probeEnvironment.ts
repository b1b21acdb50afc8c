/** What an implementation is started with so that it is probed. Other programs than Node do not look at it. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../contract/packageRoot.ts';

/** Shipped as it is: it is never compiled. */
const probe = pathToFileURL(join(packageRoot, 'harness/load/usage/eventLoopProbe.js')).href;

/** @param given the environment that the implementation would get without: its own NODE_OPTIONS stay */
export function probeEnvironment(
  probeFile: string,
  given: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const options = [given['NODE_OPTIONS'], `--import=${probe}`].filter(Boolean).join(' ');
  return { NODE_OPTIONS: options, CASEMARK_PROBE_FILE: probeFile };
}

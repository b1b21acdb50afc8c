/** The platforms that the judge's tests judge. */
import type { InMemorySystem, SystemAnswer } from '../../testing/inMemoryTarget.ts';
import type { LocalWorld } from '../../../world/localWorld.ts';
import { beginLife } from './life.ts';
import type { Disk, Life, PlatformOptions } from './life.ts';
import { callPlatform, resume } from './platform.ts';

/** What is hashed is shown as it is hashed. */
const EXACT: ReadonlySet<string> = new Set(['listPaymentEvents', 'listEvents']);

/** The complete platform, with its freedoms and perhaps a defect. */
export function memoryPlatform(
  options: PlatformOptions,
): (clockMs: number, world: LocalWorld) => InMemorySystem {
  return (clockMs, world) => {
    const disk: Disk = { records: [], isFull: false };
    let killed = new AbortController();
    const begin = (nowMs: number): Life => {
      killed = new AbortController();
      const life = beginLife(options, disk, world.call, nowMs, killed.signal);
      resume(life);
      return life;
    };
    let life = begin(clockMs);
    return {
      async call(operation, input) {
        const answer = await callPlatform(life, operation, input);
        const isPlain = options.freedoms.extraFields === 'none' || EXACT.has(operation);
        return isPlain ? answer : withMore(answer);
      },
      kill: () => killed.abort(),
      restart(nowMs) {
        life = begin(nowMs);
      },
    };
  };
}

/** A platform may tell more than the contract asks. */
function withMore(answer: SystemAnswer): SystemAnswer {
  return 'output' in answer ? { ...answer, output: { ...answer.output, note: 'more' } } : answer;
}

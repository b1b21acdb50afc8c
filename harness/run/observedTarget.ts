/** A target whose calls and process events stand in the check's conversation. */
import type { Target } from '../target/target.ts';
import { recorded } from './recorder.ts';
import type { Recorder } from './recorder.ts';

const inners = new WeakMap<Target, Target>();

export function observed(target: Target, recorder: Recorder): Target {
  const at = (what: string): { session: string; what: string } => ({ session: 'target', what });
  const silent = async (what: string, work: () => Promise<void>): Promise<void> => {
    await recorded(recorder, at(what), async () => {
      await work();
      return undefined;
    });
  };
  const proxy = new Proxy(target, {
    get(inner, name) {
      switch (name) {
        case 'kill':
          return () => silent('kill', () => inner.kill());
        case 'restart':
          return (clockMs?: number) => silent('restart', () => inner.restart(clockMs));
        case 'call':
          return (...args: Parameters<Target['call']>) =>
            recorded(recorder, { ...at(args[0]), input: args[1] }, () => inner.call(...args));
        default:
          return Reflect.get(inner, name, inner) as unknown;
      }
    },
  });
  inners.set(proxy, target);
  return proxy;
}

/** The target itself, for whoever records on their own. */
export function unobserved(target: Target): Target {
  return inners.get(target) ?? target;
}

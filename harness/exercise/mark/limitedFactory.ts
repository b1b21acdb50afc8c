/** A factory whose instances have only so long together: a solution that never answers must not hold a marking up. */
import { LaunchError } from '../../target/startImplementation.ts';
import type { Target } from '../../target/target.ts';
import type { TargetFactory } from '../../target/targetFactory.ts';

export interface LimitedFactory extends TargetFactory {
  /** Whether the time was up. */
  expired(): boolean;
  /** Gives the clock up, and closes what a check has left open. */
  end(): Promise<void>;
}

/** @param limitMs from now; then every instance is closed, and no other one starts */
export function limitedFactory(factory: TargetFactory, limitMs: number): LimitedFactory {
  const open = new Set<Target>();
  let expired = false;
  const closeAll = async (): Promise<void> => {
    const targets = [...open];
    open.clear();
    await Promise.allSettled(targets.map((target) => target.close()));
  };
  const timer = setTimeout(() => {
    expired = true;
    void closeAll();
  }, limitMs);
  const refuseLate = (): void => {
    if (!expired) return;
    throw new LaunchError(
      `The ${limitMs / 1000} s that one seed may take are used up: it answers too slowly, or not at all.`,
    );
  };

  return {
    implementation: factory.implementation,
    ownInstances: factory.ownInstances,
    world: factory.world,
    async launch(how) {
      refuseLate();
      const target = await factory.launch(how);
      open.add(target);
      if (expired) await closeAll();
      refuseLate();
      return target;
    },
    expired: () => expired,
    async end() {
      clearTimeout(timer);
      await closeAll();
    },
  };
}

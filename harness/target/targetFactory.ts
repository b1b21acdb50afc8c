/** Where a run gets its instances of the implementation from. */
import type { CaseStudy } from '../contract/caseStudy.ts';
import type { Implementation } from './implementation.ts';
import { launchTarget } from './launchTarget.ts';
import type { LaunchOptions } from './launchTarget.ts';
import { openUrl } from './openUrl.ts';
import type { Target } from './target.ts';
import type { World } from '../world/world.ts';

export interface TargetFactory {
  readonly implementation: Implementation;
  /** False for a server that casemark did not start: then every launch reaches the same one. */
  readonly ownInstances: boolean;
  /** What plays the outside services for all instances; undefined where the case has none. */
  readonly world?: World | undefined;
  /** Throws LaunchError when it does not come up. Whoever launches closes. */
  launch(how?: Pick<LaunchOptions, 'variant' | 'env' | 'world'>): Promise<Target>;
}

export function targetFactory(
  caseStudy: CaseStudy,
  implementation: Implementation,
  options: LaunchOptions = {},
): TargetFactory {
  const ownInstances = implementation.start.kind !== 'url';
  return {
    implementation,
    ownInstances,
    world: options.world,
    launch: async (how) =>
      ownInstances
        ? launchTarget(caseStudy, implementation, { ...options, ...how })
        : openUrl(caseStudy, implementation, Date.now(), options.patience),
  };
}

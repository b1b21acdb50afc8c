/** The states of the last ticks, as they were. */
import type { State } from '../../../spec/game/messages.d.ts';
import { KEPT_TICKS } from '../simulation/types.ts';
import { StateHasher } from './stateHash.ts';

interface Kept {
  readonly state: State;
  readonly sha256: string;
}

export class KeptStates {
  newest: State;
  private readonly hasher = new StateHasher();
  /** Index: tick mod their number. */
  private readonly kept: (Kept | undefined)[] = new Array<undefined>(KEPT_TICKS + 1);

  constructor(first: State) {
    this.newest = first;
    this.keep(first);
  }

  /** Its hash. */
  keep(state: State): string {
    const sha256 = this.hasher.hash(state);
    this.newest = state;
    this.kept[state.tick % this.kept.length] = { state, sha256 };
    return sha256;
  }

  at(tick: number): Kept | undefined {
    const kept = this.kept[tick % this.kept.length];
    return kept?.state.tick === tick ? kept : undefined;
  }
}

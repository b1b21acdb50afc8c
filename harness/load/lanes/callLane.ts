/** Lanes over anything that answers a call: a child's stdio, a module. How many are open says how many calls are in flight. */
import type { Answer, JsonObject } from '../../target/target.ts';
import type { Lane, LaneEvents, LaneRequest, OpenLane } from './lane.ts';

export type Call = (operation: string, input: JsonObject) => Promise<Answer>;

export function callLanes(call: Call): OpenLane {
  return (events) => new CallLane(call, events);
}

class CallLane implements Lane {
  inFlight = -1;
  private isGone = false;
  private readonly call: Call;
  private readonly events: LaneEvents;
  private readonly settle = (answer: Answer): void => {
    if (this.isGone) return;
    this.events.onReply(this, { kind: 'answer', answer });
    this.becomeIdle();
  };
  private readonly fail = (error: unknown): void => {
    if (this.isGone) return;
    const reason = `the call failed: ${error instanceof Error ? error.message : String(error)}`;
    this.isGone = true;
    this.events.onBroken(this, reason);
    this.events.onGone(this, reason);
  };

  constructor(call: Call, events: LaneEvents) {
    this.call = call;
    this.events = events;
    queueMicrotask(() => this.becomeIdle());
  }

  send({ operation, input }: LaneRequest): void {
    this.call(operation, input).then(this.settle, this.fail);
  }

  close(): void {
    this.isGone = true;
  }

  private becomeIdle(): void {
    if (!this.isGone) this.events.onIdle(this);
  }
}

/** The autoscaler: fleets by their id, and the refusals. */
import type {
  EvaluateFleet,
  Evaluation,
  Fleet,
  LoadRecorded,
  PutFleet,
  RecordLoad,
} from '../../../spec/marketplace/messages.d.ts';
import type { Outcome, Refused } from '../outcome.ts';
import { createFleet } from './fleet.ts';
import type { Fleet as LiveFleet } from './fleet.ts';

export interface Fleets {
  /** INVALID_REQUEST. */
  putFleet(input: PutFleet): Outcome<Fleet>;
  /** UNKNOWN_FLEET. */
  recordLoad(input: RecordLoad): Outcome<LoadRecorded>;
  /** UNKNOWN_FLEET, CLOCK_BACKWARDS. */
  evaluateFleet(input: EvaluateFleet): Outcome<Evaluation>;
}

/** What a message can tell of a capacity. */
const MAX_FLEET_RPS = 1_000_000_000;

/** They are lost with the process. */
export function createFleets(): Fleets {
  const fleets = new Map<string, LiveFleet>();
  return {
    putFleet(input) {
      const fault = faultOf(input);
      if (fault !== undefined) return { refused: 'INVALID_REQUEST', detail: fault };
      const fleet = createFleet(input);
      const { fleetId } = input;
      const { currentRps } = fleet;
      if (currentRps > MAX_FLEET_RPS) {
        const detail = `a fleet carries at most ${MAX_FLEET_RPS} requests a second`;
        return { refused: 'INVALID_REQUEST', detail };
      }
      fleets.set(fleetId, fleet);
      return { output: { fleetId, instances: fleet.instances(), currentRps } };
    },
    recordLoad({ fleetId, samples }) {
      const fleet = fleets.get(fleetId);
      if (!fleet) return unknownFleet(fleetId);
      return { output: { fleetId, samples: fleet.record(samples) } };
    },
    evaluateFleet({ fleetId, nowMs }) {
      const fleet = fleets.get(fleetId);
      if (!fleet) return unknownFleet(fleetId);
      if (nowMs < fleet.evaluatedAtMs) {
        const detail = `${fleetId} was evaluated as of ${fleet.evaluatedAtMs}: no earlier time can be`;
        return { refused: 'CLOCK_BACKWARDS', detail };
      }
      return { output: fleet.evaluate(nowMs) };
    },
  };
}

/** What the message's shape cannot say. */
function faultOf({ instanceTypes, instances }: PutFleet): string | undefined {
  const names = new Set(instanceTypes.map(({ name }) => name));
  if (names.size < instanceTypes.length) return 'an instance type is there twice';
  const counted = new Set(instances.map(({ name }) => name));
  if (counted.size < instances.length) return 'instances of a type are there twice';
  const unknown = instances.find(({ name }) => !names.has(name));
  return unknown && `there are instances of ${unknown.name}, which is none of the types`;
}

function unknownFleet(fleetId: string): Refused {
  return { refused: 'UNKNOWN_FLEET', detail: `there is no fleet ${fleetId}` };
}

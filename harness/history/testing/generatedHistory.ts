/**
 * Histories that are linearizable by construction: an object is simulated that applies each operation at one instant between its call
 * and its return, clients and instants drawn from a seed.
 */
import type { Random } from '../../load/seededRandom.ts';
import type { Json, JsonObject } from '../../target/target.ts';
import type { HistoryCall, HistoryOperation } from '../history.ts';

/** An object that can be run, unlike a model, which only judges. */
export interface RunnableObject<State> {
  init(): State;
  draw(random: Random): HistoryCall;
  apply(state: State, call: HistoryCall): { readonly next: State; readonly output: JsonObject };
}

export interface GeneratedHistoryOptions {
  readonly partition: string;
  readonly operations: number;
  readonly clients: number;
  /** Of the operations: how many end without a reply. Half of those take effect, at any time from their call on. */
  readonly indeterminateShare: number;
  readonly random: Random;
}

/** Where one client's operation stands. */
interface Flight {
  readonly operation: HistoryOperation;
  readonly isLost: boolean;
  output?: JsonObject;
}

/** Effects of lost operations wait for their turn among the clients' steps; each step takes one with this probability. */
const LATE_EFFECT_CHANCE = 0.05;

export function generatedHistory<State>(
  object: RunnableObject<State>,
  options: GeneratedHistoryOptions,
): HistoryOperation[] {
  const { partition, operations: wanted, clients, indeterminateShare, random } = options;
  const history: HistoryOperation[] = [];
  const flights = new Array<Flight | undefined>(clients).fill(undefined);
  const late: HistoryOperation[] = [];
  const processes = Array.from({ length: clients }, (_, client) => client);
  let nextProcess = clients;
  let started = 0;
  let event = 0;
  let state = object.init();
  const effect = (call: HistoryCall): JsonObject => {
    const { next, output } = object.apply(state, call);
    state = next;
    return output;
  };

  while (started < wanted || flights.some((flight) => flight !== undefined)) {
    if (late.length > 0 && random() < LATE_EFFECT_CHANCE) {
      effect(late.splice(Math.floor(random() * late.length), 1)[0]!);
    }
    const client = Math.floor(random() * clients);
    const flight = flights[client];
    if (flight === undefined) {
      if (started === wanted) continue;
      const call = object.draw(random);
      const callEvent = event++;
      const operation: HistoryOperation = {
        id: started++,
        process: processes[client]!,
        partition,
        ...call,
        outcome: 'info',
        callEvent,
        callNs: callEvent * 1000,
        faultsActive: [],
      };
      const isLost = random() < indeterminateShare;
      flights[client] = { operation, isLost };
      if (isLost && random() < 0.5) late.push(operation);
    } else if (flight.isLost) {
      history.push(flight.operation);
      processes[client] = nextProcess++;
      flights[client] = undefined;
    } else if (flight.output === undefined) {
      flight.output = effect(flight.operation);
    } else {
      const returnEvent = event++;
      const output: Json = flight.output;
      const times = { returnEvent, returnNs: returnEvent * 1000 };
      history.push({ ...flight.operation, outcome: 'ok', output, ...times });
      flights[client] = undefined;
    }
  }
  return history;
}

/** Holds an evaluation against the table of the brief, one row at a time, each failure told with its arithmetic. */
import { hold, holdOneOf, holdSame } from '../kit/hold.ts';
import type { Step } from './drivenFleet.ts';
import { capacityRps, cheapestMix, costPerHourMinor, largestCapacityRps } from './instanceMix.ts';

/** What is observed, whether something is foretold, and what is required for it. */
export function holdNeed({ config, nowMs, reply, expected }: Step): void {
  const { observedRps, predictedRps, requiredRps } = reply;
  holdSame(
    observedRps,
    expected.observedRps,
    `observedRps at ${nowMs} should be the newest sample of the last 5 minutes, ${expected.observedRps}, and is ${observedRps}.`,
  );
  hold(
    (predictedRps !== null) === expected.isForetold,
    expected.isForetold
      ? 'The samples span minHistoryMs, and predictedRps is null.'
      : `The samples span less than minHistoryMs, and predictedRps is ${predictedRps}.`,
    expected.isForetold ? 'a forecast' : null,
    reply,
  );
  const { minRps, targetUtilizationPct } = config;
  if (expected.requiredRps === undefined) return;
  hold(
    requiredRps === expected.requiredRps,
    `The larger of ${observedRps} observed and ${predictedRps} foretold, x 100 / ${targetUtilizationPct}, rounded up, at least ${minRps}, is ${expected.requiredRps}, and requiredRps is ${requiredRps}.`,
    expected.requiredRps,
    reply,
  );
}

/** On a constant history, with something observed and the target utilisation at 100 %. */
export function holdRequired(step: Step, rps: number, load: string): void {
  holdNeed(step);
  hold(
    step.reply.requiredRps === rps,
    `${load} ${rps} rps, and requiredRps at a target utilisation of 100 % is ${step.reply.requiredRps}.`,
    rps,
    step.reply,
  );
}

export function holdStabilized({ reply, expected }: Step): void {
  hold(
    reply.stabilizedRps === expected.stabilizedRps,
    `The largest requiredRps of the window is ${expected.stabilizedRps}, and stabilizedRps is ${reply.stabilizedRps}.`,
    expected.stabilizedRps,
    reply,
  );
}

/** The action and its reasons; what the fleet becomes is held by holdFleet. */
export function holdDecision({ config, reply, expected }: Step): void {
  const { action, reasons, requiredRps, stabilizedRps } = reply;
  const { currentRps, decision } = expected;
  const where = `requiredRps ${requiredRps} and stabilizedRps ${stabilizedRps} at ${currentRps} (${percentages(config)})`;
  holdOneOf(action, decision.actions, `The action for ${where} is`);
  for (const reason of decision.reasons) {
    hold(
      reasons.includes(reason),
      `${action} for ${where} should have the reason ${reason}, and has ${reasons.join(', ') || 'none'}.`,
      reason,
      reply,
    );
  }
}

function percentages({ upPct, downPct, tolerancePct }: Step['config']): string {
  return `upPct ${upPct ?? 'left out'}, downPct ${downPct ?? 'left out'}, tolerancePct ${tolerancePct ?? 'left out'}`;
}

/** The new fleet is what the reply says of it, is within the limits, and carries what it has to. */
export function holdFleet({ config, reply, expected }: Step): void {
  const { instanceTypes, minRps } = config;
  const { action, instances, newRps } = reply;
  const { decision } = expected;
  const names = instances.map(({ name }) => name);
  hold(
    new Set(names).size === names.length &&
      names.every((name) => instanceTypes.some((type) => type.name === name)),
    `The new fleet has instances of ${names.join(', ')}, and its types are ${instanceTypes.map(({ name }) => name).join(', ')}.`,
    instanceTypes,
    reply,
  );
  const newCapacity = capacityRps(instanceTypes, instances);
  holdSame(newRps, newCapacity, `The new fleet carries ${newCapacity}, and newRps is ${newRps}.`);
  holdSame(
    reply.costPerHourMinor,
    costPerHourMinor(instanceTypes, instances),
    'costPerHourMinor should be what the instances of the new fleet cost.',
  );
  holdSame(
    [reply.currentRps, reply.maxRps],
    [expected.currentRps, expected.maxRps],
    `currentRps and maxRps should be ${expected.currentRps} and ${expected.maxRps}, and are ${reply.currentRps} and ${reply.maxRps}.`,
  );
  if (action === 'HOLD') {
    const { currentRps } = expected;
    holdSame(
      newRps,
      currentRps,
      `HOLD leaves the fleet as it was, at ${currentRps}, and newRps is ${newRps}.`,
    );
    return;
  }
  const floorRps = decision.floorRps ?? minRps;
  const isCoverable = cheapestMix(instanceTypes, floorRps, expected.maxRps) !== undefined;
  const leastRps = isCoverable ? floorRps : largestCapacityRps(instanceTypes, expected.maxRps);
  hold(
    newRps >= leastRps && newRps <= expected.maxRps,
    `${action} should lead to a capacity from ${leastRps} to ${expected.maxRps}${isCoverable ? '' : ' (no mix carries more up to maxRps)'}, and leads to ${newRps}.`,
    { leastRps, maxRps: expected.maxRps },
    reply,
  );
}

/** @param step an UP or DOWN for which a mix lies between the limits */
export function holdCheapest({ config, reply, expected }: Step): void {
  const { instanceTypes } = config;
  const { floorRps = 0 } = expected.decision;
  const cheapest = cheapestMix(instanceTypes, floorRps, expected.maxRps);
  if (!cheapest) return;
  const cost = costPerHourMinor(instanceTypes, reply.instances);
  hold(
    cost === cheapest.costPerHourMinor,
    `${floorRps} to ${expected.maxRps} rps can be had for ${cheapest.costPerHourMinor} an hour (with ${cheapest.capacitiesRps.join(' or ')} rps), and the new fleet costs ${cost}.`,
    cheapest,
    reply,
  );
}

/** The published `PredictiveAutoScaler.ScaleBasedOnPrediction`, step by step. */

export interface PredictiveAutoScaler {
  readonly metrics: { getCurrentMetrics(): CurrentMetrics | undefined };
  readonly predictor: TrafficPredictor;
  readonly scaleController: ScaleController;
  readonly costOptimizer: { optimizeCapacity(required: number): Capacity };
  /** The text only names it. */
  readonly calculateRequiredCapacity: (prediction: number) => number;
}

/** Requests/s. */
export interface CurrentMetrics {
  readonly rps: number;
}

export interface TrafficPredictor {
  /** @throws Error when there is nothing to predict from */
  predictLoad(current: CurrentMetrics | undefined, horizonMs: number): number;
}

export interface Capacity {
  readonly rps: number;
  readonly instances: ReadonlyMap<string, number>;
}

export interface ScaleController {
  getCurrentCapacity(): number;
  scaleUp(capacity: Capacity): void;
  scaleDown(capacity: Capacity): void;
}

export interface Scaled {
  readonly action: 'UP' | 'DOWN' | 'HOLD';
  readonly prediction: number;
  readonly required: number;
  readonly before: number;
}

/** `15*time.Minute`. */
export const HORIZON_MS = 900_000;

/** @throws Error where the published text returns one */
export function scaleBasedOnPrediction(scaler: PredictiveAutoScaler): Scaled {
  // Collect current metrics
  const currentMetrics = scaler.metrics.getCurrentMetrics();

  // Predict future load
  const prediction = predictOrFail(scaler, currentMetrics);

  // Calculate required capacity
  const required = scaler.calculateRequiredCapacity(prediction);
  const before = scaler.scaleController.getCurrentCapacity();

  if (required > before * 1.2) {
    // Scale up proactively
    scaler.scaleController.scaleUp(scaler.costOptimizer.optimizeCapacity(required));
    return { action: 'UP', prediction, required, before };
  } else if (required < before * 0.7) {
    // Scale down to save costs
    scaler.scaleController.scaleDown(scaler.costOptimizer.optimizeCapacity(required));
    return { action: 'DOWN', prediction, required, before };
  }

  return { action: 'HOLD', prediction, required, before };
}

/** `return fmt.Errorf("load prediction failed: %w", err)`. */
function predictOrFail(
  { predictor }: PredictiveAutoScaler,
  current: CurrentMetrics | undefined,
): number {
  try {
    return predictor.predictLoad(current, HORIZON_MS);
  } catch (error) {
    throw new Error(`load prediction failed: ${(error as Error).message}`, { cause: error });
  }
}

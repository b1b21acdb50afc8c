import type { CreateSimulators } from '../../world/world.ts';

export const createSimulators: CreateSimulators = () => {
  throw new Error('The simulators of the payments world are not built yet.');
};

/** Named defects of the test platform, each with the check that must find it. */
export const DEFECTS = {
  'answers a repetition anew': 'same-key-same-reply',
} as const;

export type Defect = keyof typeof DEFECTS;

/** What was wrong with the calls that came, for whoever has to mend the implementation. */

/** Who called in twenty wrong ways knows enough to begin. */
const MAX_COMPLAINTS = 20;

export interface Complaints {
  add(sentence: string): void;
  /** Each once, the first ones that came. */
  list(): string[];
}

export function createComplaints(): Complaints {
  const sentences = new Set<string>();
  return {
    add(sentence) {
      if (sentences.size < MAX_COMPLAINTS) sentences.add(sentence);
    },
    list: () => [...sentences],
  };
}

/** Sentences about what is wrong, no more than anybody would read: one defect can show in every payment. */

export type Report = (sentence: string) => void;

export interface Findings {
  readonly sentences: readonly string[];
  readonly report: Report;
}

const MAX_SENTENCES = 100;

export function findings(): Findings {
  const sentences: string[] = [];
  return {
    sentences,
    report(sentence) {
      if (sentences.length < MAX_SENTENCES) sentences.push(sentence);
    },
  };
}

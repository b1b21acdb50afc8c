/** Switches for what a contract leaves open, chosen one by one. */

export type Choices = Readonly<Record<string, readonly string[]>>;
export type Chosen<T extends Choices> = { readonly [Name in keyof T]: T[Name][number] };

/** @returns takes for each freedom the index of its choice, modulo the number of choices */
export function chooseAmong<T extends Choices>(
  choices: T,
): (choose: (name: string, choices: number) => number) => Chosen<T> {
  return (choose) => {
    const chosen = Object.entries(choices).map(([name, those]) => [
      name,
      those[choose(name, those.length) % those.length],
    ]);
    return Object.fromEntries(chosen) as Chosen<T>;
  };
}

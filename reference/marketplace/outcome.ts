/** What a leaf of the marketplace answers: its output, or a refusal of the error table, which the service makes a problem document of. */
export type Outcome<T extends object> = { readonly output: T } | Refused;

export interface Refused {
  /** A code of spec/marketplace/errors.json. */
  readonly refused: string;
  /** For the client. */
  readonly detail: string;
}

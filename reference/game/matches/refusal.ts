/** What a request is refused with: thrown before anything has happened, and answered as a problem document. */
export class Refusal extends Error {
  readonly code: string;

  /** @param code of errors.json */
  constructor(code: string, detail: string) {
    super(detail);
    this.name = 'Refusal';
    this.code = code;
  }
}

/** A spec, a manifest or a command line that casemark cannot work with. The message names the place and what to do. */
export class SpecError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SpecError';
  }
}

/** A call that has its shape and still makes no sense to the simulators: answered 400 with the sentence, which is remembered as a complaint. */
export class WrongCall extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'WrongCall';
  }
}

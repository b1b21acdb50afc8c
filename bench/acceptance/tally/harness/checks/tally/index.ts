/** The judge of the tally case. It imports nothing: a case study outside casemark's package has no path to it. */

class Violation extends Error {
  override name = 'Violation';
  constructor(message: string, readonly_: { expected?: unknown; actual?: unknown } = {}) {
    super(message);
    Object.assign(this, readonly_);
  }
}

function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Violation(`${what} is wrong.`, { expected, actual });
}

/* eslint-disable @typescript-eslint/no-explicit-any -- the types of the harness are not at hand here */
const addsUp = {
  id: 'adds-up',
  isolation: 'shared',
  async run({ property, fc, hit }: any) {
    const amounts = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 6 });
    await property(amounts, async (added: number[], session: any) => {
      const tally = session.id('t');
      let total = 0;
      for (const by of added) {
        if (total > 0) hit('repeatedAdditions');
        total += by;
        const reply = await session.call('add', { tally, by });
        expectEqual('The total of the reply', reply.total, total);
      }
      const read = await session.call('getTally', { tally });
      expectEqual('The total that is read', read.total, total);
    });
  },
};

const unknownTally = {
  id: 'unknown-tally',
  isolation: 'shared',
  async run({ session, hit }: any) {
    const talk = session();
    const answer = await talk.attempt('getTally', { tally: talk.id('never') });
    hit('unknownTallies');
    expectEqual('The answer', answer.problem?.code, 'UNKNOWN_TALLY');
  },
};

const watcherIsTold = {
  id: 'watcher-is-told',
  isolation: 'shared',
  async run({ session, hit }: any) {
    const talk = session();
    const tally = talk.id('t');
    await talk.call('add', { tally, by: 1 });
    const totals: number[] = [];
    const enough = Promise.withResolvers<undefined>();
    await talk.subscribe('watch', { tally }, (event: any) => {
      if (event.kind !== 'message') return enough.reject(new Violation(event.reason));
      hit('messages');
      totals.push(event.message.total);
      if (totals.length === 3) enough.resolve(undefined);
    });
    await talk.call('add', { tally, by: 10 });
    await talk.call('add', { tally, by: 100 });
    const timer = setTimeout(() => enough.resolve(undefined), 2_000);
    await enough.promise;
    clearTimeout(timer);
    expectEqual('What the watcher was told', totals.join(' '), '1 11 111');
  },
};

const survivesKill = {
  id: 'survives-kill',
  isolation: 'exclusive',
  needs: ['restart'],
  async run({ session, target, hit }: any) {
    const talk = session();
    const tally = talk.id('t');
    await talk.call('add', { tally, by: 7 });
    await target.kill();
    await target.restart();
    hit('kills');
    const answer = await talk.attempt('getTally', { tally });
    expectEqual('The total after the restart', answer.output?.total, 7);
  },
};

export const checks = [addsUp, unknownTally, watcherIsTold, survivesKill];

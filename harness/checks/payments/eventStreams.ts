/** PAY-EVT-01: every attempt has its events, written with the state, before the reply. */
import fc from 'fast-check';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { acknowledgedSurvives } from './acknowledgedSurvives.ts';
import { endOfFeed, readFeed } from './eventFeed.ts';
import { everyAttemptRecorded } from './everyAttemptRecorded.ts';
import { ALL_PLOTS, openScene, playAll } from './histories.ts';
import { worldOf } from './shop.ts';

const amounts = fc.array(fc.integer({ min: 10, max: 1_000_000 }), {
  minLength: ALL_PLOTS.length,
  maxLength: ALL_PLOTS.length,
});

const streamsAreGapFree: Check = {
  id: 'streams-are-gap-free',
  isolation: 'shared',
  run: (context) =>
    context.property(
      amounts,
      async (amountsMinor, session) => {
        const scene = await openScene(session, worldOf(context));
        const { shop } = scene;
        for (const { name, paymentId } of await playAll(ALL_PLOTS, scene, amountsMinor)) {
          const { version } = await shop.get(paymentId);
          const events = await shop.events(paymentId);
          holdSame(
            events.map(({ seq }) => seq),
            events.map((_, index) => index + 1),
            `The stream of a payment that was ${name} should count from 1 without a gap.`,
          );
          const back = events.findIndex(({ atMs }, index) => atMs < (events[index - 1]?.atMs ?? 0));
          hold(
            back < 0,
            `Event ${back + 1} of a payment that was ${name} has an earlier atMs than the event before it.`,
            events[back - 1],
            events[back],
          );
          holdSame(
            version,
            events.length,
            `A payment that was ${name} has version ${version}, and the last seq of its stream is ${events.length}.`,
          );
          context.hit('events', events.length);
        }
      },
      { runs: 2 },
    ),
};

const feedIsComplete: Check = {
  id: 'feed-is-complete',
  isolation: 'shared',
  async run(context) {
    const scene = await openScene(context.session(), worldOf(context));
    const { shop } = scene;
    const start = await endOfFeed(shop);
    const histories = await playAll(ALL_PLOTS, scene, [1_000, 4_321, 70_000]);
    const feed = await readFeed(shop, start);
    for (const { name, paymentId } of histories) {
      const stream = await shop.events(paymentId);
      const told = feed.filter((each) => each.paymentId === paymentId).map(({ event }) => event);
      holdSame(
        told.map(({ seq }) => seq),
        stream.map(({ seq }) => seq),
        `The feed should have the ${stream.length} events of a payment that was ${name} once each and in order, but has ${told.length} of it.`,
      );
      holdSame(
        told,
        stream,
        `The feed tells the events of a payment that was ${name} otherwise than its stream does.`,
      );
      context.hit('events', told.length);
    }
    const again = await readFeed(shop, start, 100);
    holdSame(
      again.slice(0, feed.length),
      feed,
      'The feed has changed: read again, the same positions have other events.',
    );
  },
};

export const eventStreams: readonly Check[] = [
  everyAttemptRecorded,
  streamsAreGapFree,
  feedIsComplete,
  acknowledgedSurvives,
];

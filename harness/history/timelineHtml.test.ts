import { expect, test } from 'vitest';
import { done, indeterminate } from './testing/operations.ts';
import { MAX_TIMELINE_OPERATIONS, timelineHtml } from './timelineHtml.ts';

const write = done('write', { value: 1 }, {}, [0, 10], { connection: 'one' });
const lost = indeterminate('write', { value: '<b>&"' }, 5, { connection: 'two', error: 'reset' });
const refused = {
  ...indeterminate('write', { value: 3 }, 20, { connection: 'one' }),
  outcome: 'fail' as const,
};

test('each outcome has its colour, and each client its row', () => {
  const html = timelineHtml({ title: 'A run', operations: [refused, write, lost] });
  expect(html.match(/class="bar ok"/g)).toHaveLength(1);
  expect(html.match(/class="bar info"/g)).toHaveLength(1);
  expect(html.match(/class="bar fail"/g)).toHaveLength(1);
  expect(html.match(/class="row"/g)).toHaveLength(2);
});

const pixels = (html: string, pattern: RegExp): number[] =>
  pattern.exec(html)!.slice(1).map(Number);
const TAIL = /class="tail (?:info|ok)" style="left:([0-9.]+)px;top:[0-9.]+px;width:([0-9.]+)px/;

test('the line of an operation without an outcome reaches the end of the picture', () => {
  const html = timelineHtml({ title: 'A run', operations: [write, lost, refused] });
  const [plotPx] = pixels(html, /class="plot" style="width:([0-9.]+)px/);
  const [leftPx, tailPx] = pixels(html, TAIL);
  expect(leftPx! + tailPx!).toBeCloseTo(plotPx!, 0);
});

test('the line of an operation that was resolved ends where it was', () => {
  const resolved = { ...write, gaveUpNs: 2000 };
  const html = timelineHtml({ title: 'A run', operations: [resolved, refused] });
  const [barLeftPx, barPx] = pixels(
    html,
    /class="bar ok" style="left:([0-9.]+)px;top:[0-9.]+px;width:([0-9.]+)px/,
  );
  const [leftPx, tailPx] = pixels(html, TAIL);
  expect(leftPx).toBeCloseTo(barLeftPx! + barPx!, 0);
  expect(tailPx! / barPx!).toBeCloseTo(4, 0);
});

test('what came from outside is text, never markup, and nothing is loaded', () => {
  const html = timelineHtml({
    title: '<script>alert(1)</script>',
    operations: [lost],
    note: 'a < b',
  });
  expect(html).not.toMatch(/<script|<b>&|src=|href=|url\(/);
  expect(html).toContain('&lt;script&gt;');
  expect(html).toContain('a &lt; b');
});

test('a fault is a band from its injection to its healing, or to the end', () => {
  const fault = { fault: 'kill', event: 1, atNs: 2000 };
  const bands = (healed: boolean): string =>
    timelineHtml({
      title: 'A run',
      operations: [write, refused],
      faults: [
        { ...fault, phase: 'injected' },
        ...(healed ? [{ ...fault, phase: 'healed' as const, event: 2, atNs: 4000 }] : []),
      ],
    });
  const width = (html: string): number =>
    Number(/class="band" style="left:[0-9.]+px;width:([0-9.]+)px/.exec(html)![1]);
  expect(width(bands(true))).toBeGreaterThan(2);
  expect(width(bands(false))).toBeGreaterThan(2 * width(bands(true)));
});

test('operations that show the violation are outlined', () => {
  const html = timelineHtml({ title: 'A run', operations: [write, lost], marked: [lost.id] });
  expect(html.match(/class="bar info marked"/g)).toHaveLength(1);
  expect(html.match(/class="bar ok marked"/g)).toBeNull();
});

test('no more than the bound is drawn, and the page says so', () => {
  const many = Array.from({ length: MAX_TIMELINE_OPERATIONS + 5 }, (_, index) =>
    done('read', {}, { value: 0 }, [2 * index, 2 * index + 1]),
  );
  const html = timelineHtml({ title: 'Long', operations: many });
  expect(html.match(/class="bar /g)).toHaveLength(MAX_TIMELINE_OPERATIONS);
  expect(html).toContain('5 more are not shown');
});

test('an empty history is a page too', () => {
  expect(timelineHtml({ title: 'Nothing', operations: [] })).toContain('0 operations');
});

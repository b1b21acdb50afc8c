import { describe, expect, test } from 'vitest';
import { pageStyle } from './pageStyle.ts';

const STYLE = pageStyle();
/** WCAG 2.2 AA, 1.4.3 and 1.4.11. */
const LEAST_OF_TEXT = 4.5;
const LEAST_OF_MARKS = 3;

const blocks = [...STYLE.matchAll(/:root\{([^}]*--page[^}]*)\}/g)].map(([, body]) =>
  colours(body!),
);

function colours(body: string): Map<string, string> {
  return new Map(
    [...body.matchAll(/--([\w-]+):(#[0-9a-f]{6})/g)].map(([, name, hex]) => [name!, hex!]),
  );
}

/** As WCAG defines it. */
function contrast(one: string, other: string): number {
  const [darker, lighter] = [one, other].map(luminance).sort((a, b) => a - b);
  return (lighter! + 0.05) / (darker! + 0.05);
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** The variables that a property takes anywhere in the style. */
function usedBy(property: RegExp): string[] {
  const found = [...STYLE.matchAll(property)].map(([, name]) => name!);
  return [...new Set(found)];
}

const TEXT = [
  ...usedBy(/[;{]color:var\(--([\w-]+)\)/g),
  ...usedBy(/\.(?:plot text|row-name|note\.\w+)\{fill:var\(--([\w-]+)\)/g),
];
const SURFACES = usedBy(/background:var\(--([\w-]+)\)/g);
const MARKS = usedBy(
  /\.(?:series|bars|tone|fault|reference|axis)[^{]*\{(?:stroke|fill):var\(--([\w-]+)\)/g,
);

describe.each([
  ['light', 0],
  ['dark', 1],
  ['printed', 2],
])('the %s page', (_, index) => {
  const palette = blocks[index]!;
  const of = (name: string): string => palette.get(name)!;

  test('has every text read on every surface', () => {
    expect(TEXT.length).toBeGreaterThanOrEqual(6);
    expect(SURFACES.length).toBeGreaterThanOrEqual(5);
    for (const text of TEXT) {
      for (const surface of SURFACES) {
        expect
          .soft(contrast(of(text), of(surface)), `${text} on ${surface}`)
          .toBeGreaterThanOrEqual(LEAST_OF_TEXT);
      }
    }
  });

  test('has every line and mark seen on the page', () => {
    const seen = MARKS.filter((name) => name !== 'band');
    expect(seen.length).toBeGreaterThanOrEqual(6);
    for (const mark of seen) {
      expect.soft(contrast(of(mark), of('page')), mark).toBeGreaterThanOrEqual(LEAST_OF_MARKS);
    }
  });
});

test('the three palettes name the same colours, and every colour that is used has a name', () => {
  expect(blocks).toHaveLength(3);
  const names = [...blocks[0]!.keys()];
  for (const each of blocks) expect([...each.keys()]).toEqual(names);
  expect(usedBy(/var\(--([\w-]+)\)/g).filter((name) => !names.includes(name))).toEqual([]);
  expect(STYLE.replace(/--[\w-]+:#[0-9a-f]{6}/g, '')).not.toMatch(/#[0-9a-f]{3,8}\b|rgb|hsl/);
});

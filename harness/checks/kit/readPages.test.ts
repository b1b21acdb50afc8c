import { expect, test } from 'vitest';
import { readPages } from './readPages.ts';
import type { Page } from './readPages.ts';

const reading = (pages: Record<number, Page<string>>) => ({
  ...{ what: 'the list', from: 1, maxPages: 3 },
  page: async (from: number) => pages[from]!,
});

test('a list is read to its end', async () => {
  const pages = { 1: { items: ['a', 'b'], next: 3 }, 3: { items: ['c'], next: null } };
  expect(await readPages(reading(pages))).toEqual(['a', 'b', 'c']);
});

test('a page that names itself as the next one breaks the contract, and is not asked for again', async () => {
  const pages = { 1: { items: ['a'], next: 1 } };
  await expect(readPages(reading(pages))).rejects.toThrow('does not lead on');
});

test('a list without an end is left, and what was read of it is given to whoever asks for reports', async () => {
  const pages = {
    ...reading({}),
    page: async (from: number) => ({ items: ['x'], next: from + 1 }),
  };
  await expect(readPages(pages)).rejects.toThrow('after 3 pages');
  const told: string[] = [];
  expect(await readPages({ ...pages, report: (each) => told.push(each) })).toHaveLength(3);
  expect(told).toEqual(['the list has not come to an end after 3 pages.']);
});

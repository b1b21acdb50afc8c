/**
 * The cells of a CSV text. Lines as casemark writes them are split here, which takes a fifth of the time of csv-parse (100 000 rows: one
 * second, not five); a text with anything else in it goes to csv-parse, which knows all of CSV and names the place of a mistake.
 */
import { parse } from 'csv-parse/sync';

/**
 * One after the other: all cells of a long history at once would keep the garbage collector busy for longer than the reading takes.
 * @throws csv-parse's error, when it is reached, where the text is not a table
 */
export function* csvRecords(text: string): Generator<string[]> {
  let plain = 0;
  for (const record of plainRecords(text)) {
    if (record === 'not plain') return yield* parse(text, { bom: true }).slice(plain);
    plain += 1;
    yield record;
  }
}

/** Ends with `not plain` at another line end, a quote within a cell, a row of another length. */
function* plainRecords(text: string): Generator<string[] | 'not plain'> {
  if (text.includes('\r') || text.startsWith('\ufeff')) return yield 'not plain';
  const lines = text.split('\n');
  // What follows the last line end is nothing.
  if (lines.at(-1) === '') lines.pop();
  let columns: number | undefined;
  for (let index = 0; index < lines.length; index += 1) {
    let line = lines[index]!;
    let cells = plainCells(line);
    while (cells === 'open' && index + 1 < lines.length) {
      index += 1;
      line += `\n${lines[index]!}`;
      cells = plainCells(line);
    }
    if (typeof cells === 'string' || cells.length !== (columns ?? cells.length)) {
      return yield 'not plain';
    }
    columns = cells.length;
    yield cells;
  }
}

/** @returns `open` where a quoted cell goes on in the next line, `broken` where a quote stands in the wrong place */
function plainCells(line: string): string[] | 'open' | 'broken' {
  if (!line.includes('"')) return line === '' ? 'broken' : line.split(',');
  const cells: string[] = [];
  for (let at = 0; at <= line.length; at += 1) {
    if (line[at] !== '"') {
      const end = endOf(line, at);
      const cell = line.slice(at, end);
      if (cell.includes('"')) return 'broken';
      cells.push(cell);
      at = end;
      continue;
    }
    const close = closingQuote(line, at + 1);
    if (close === -1) return 'open';
    if (close + 1 < line.length && line[close + 1] !== ',') return 'broken';
    cells.push(line.slice(at + 1, close).replaceAll('""', '"'));
    at = close + 1;
  }
  return cells;
}

function endOf(line: string, from: number): number {
  const comma = line.indexOf(',', from);
  return comma === -1 ? line.length : comma;
}

/** A doubled quote is one quote of the cell. */
function closingQuote(line: string, from: number): number {
  let quote = line.indexOf('"', from);
  while (quote !== -1 && line[quote + 1] === '"') quote = line.indexOf('"', quote + 2);
  return quote;
}

/**
 * A history as one HTML page without anything from outside: a bar an operation, a row a client, fault bands behind. A bar is as long as
 * its client waited. Where the client gave up a line goes on, to the end or to where the outcome was found, because the effect may have
 * come at any time until then.
 */
import type { FaultEvent, HistoryOperation } from './history.ts';
import { operationText } from './explainIllegal.ts';

export interface Timeline {
  readonly title: string;
  readonly operations: readonly HistoryOperation[];
  readonly faults?: readonly FaultEvent[];
  /** Ids that show a violation: outlined. */
  readonly marked?: readonly number[];
  /** A sentence on what is wrong, above the picture. */
  readonly note?: string;
}

/** A browser shows this many elements without trouble; the first ones are kept. */
export const MAX_TIMELINE_OPERATIONS = 10_000;
const ROW_PX = 22;
const BAR_PX = ROW_PX - 4;
const TAIL_PX = 4;
const LABEL_PX = 120;
/** On average, so that names can be read; the page scrolls sideways. */
const PX_PER_OPERATION_OF_A_ROW = 70;
const LEAST_WIDTH_PX = 900;
const LEAST_BAR_PX = 4;
/** Of a name in a bar, about. */
const CHARACTER_PX = 6.6;
/** How far a bar of unknown end reaches when nothing later happened. */
const OPEN_END_SHARE = 0.02;

export function timelineHtml(timeline: Timeline): string {
  const shown = timeline.operations
    .toSorted((one, other) => one.callNs - other.callNs)
    .slice(0, MAX_TIMELINE_OPERATIONS);
  const rows = rowsOf(shown);
  const firstNs = shown[0]?.callNs ?? 0;
  const lastNs = shown.reduce((latest, it) => Math.max(latest, endNs(it)), firstNs + 1);
  const spanNs = (lastNs - firstNs) * (1 + OPEN_END_SHARE);
  const longest = Math.max(1, ...rows.map(({ operations }) => operations.length));
  const widthPx = Math.max(LEAST_WIDTH_PX, longest * PX_PER_OPERATION_OF_A_ROW);
  const x = (ns: number): number => round(((ns - firstNs) / spanNs) * widthPx);
  const marked = new Set(timeline.marked);
  const heightPx = rows.length * ROW_PX;

  const bands = bandsOf(timeline.faults ?? [], firstNs + spanNs).map(
    ({ name, fromNs, untilNs }) => {
      const left = Math.max(0, x(fromNs));
      const width = Math.max(2, Math.min(widthPx, x(untilNs)) - left);
      return `<div class="band" style="left:${left}px;width:${round(width)}px" title="${escaped(name)}"><b>${escaped(name)}</b></div>`;
    },
  );
  const bars = rows.flatMap(({ operations }, row) =>
    operations.map((operation, index) => {
      const left = x(operation.callNs);
      const end = x(waitedUntilNs(operation));
      const width = round(Math.max(LEAST_BAR_PX, end - left));
      const next = operations[index + 1];
      const nextStartPx = next === undefined ? widthPx : x(next.callNs);
      const mark = marked.has(operation.id) ? ' marked' : '';
      const label = labelOf(operation, nextStartPx - left);
      const top = row * ROW_PX + 2;
      const bar = `<div class="bar ${operation.outcome}${mark}" style="left:${left}px;top:${top}px;width:${width}px" title="${escaped(tooltip(operation))}">${escaped(label)}</div>`;
      if (operation.gaveUpNs === undefined && operation.outcome !== 'info') return bar;
      const tailEnd = operation.outcome === 'info' ? widthPx : x(endNs(operation));
      const tailWidth = round(Math.max(0, tailEnd - end));
      return `<div class="tail ${operation.outcome}" style="left:${end}px;top:${top + BAR_PX - TAIL_PX}px;width:${tailWidth}px"></div>${bar}`;
    }),
  );
  const labels = rows.map(
    ({ name }, row) => `<div class="row" style="top:${row * ROW_PX}px">${escaped(name)}</div>`,
  );
  const omitted = timeline.operations.length - shown.length;
  const notes = [
    timeline.note,
    omitted > 0
      ? `The first ${shown.length} operations; ${omitted} more are not shown.`
      : undefined,
    `${shown.length} operations in ${durationText(lastNs - firstNs)}.`,
  ].filter((note) => note !== undefined);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(timeline.title)}</title>
<style>${STYLE}</style></head><body>
<h1>${escaped(timeline.title)}</h1>
${notes.map((note) => `<p>${escaped(note)}</p>`).join('\n')}
<p class="legend"><span class="key ok">ok</span> <span class="key info">no outcome</span> <span class="key fail">no effect</span> <span class="key fault">fault</span> <span class="key ok marked">shows the violation</span></p>
<div class="frame" style="height:${heightPx + 24}px"><div class="names">${labels.join('')}</div>
<div class="scroll"><div class="plot" style="width:${widthPx}px;height:${heightPx}px">
${bands.join('\n')}
${bars.join('\n')}
</div></div></div>
</body></html>
`;
}

const STYLE = `
body{font:13px/1.4 system-ui,sans-serif;margin:16px;color:#1b1f24;background:#fff}
h1{font-size:17px;margin:0 0 6px}p{margin:2px 0}
.legend{margin:8px 0}.key{padding:1px 8px;border-radius:3px}
.frame{display:flex;border:1px solid #d0d7de;margin-top:8px}
.names{position:relative;flex:0 0 ${LABEL_PX}px;border-right:1px solid #d0d7de}
.row{position:absolute;left:6px;line-height:${ROW_PX}px;white-space:nowrap;color:#57606a}
.scroll{overflow-x:auto;flex:1}
.plot{position:relative;background:repeating-linear-gradient(#fff 0 ${ROW_PX}px,#f6f8fa ${ROW_PX}px ${2 * ROW_PX}px)}
.bar{position:absolute;height:${BAR_PX}px;line-height:${BAR_PX}px;font-size:11px;border-radius:3px;padding-left:2px;box-sizing:border-box;white-space:nowrap;overflow:visible}
.ok{background:#9bd5a5}.fail{background:#c9ced4}.info{background:#f2b35b}
.tail{position:absolute;height:${TAIL_PX}px;opacity:.45}
.marked{outline:2px solid #cf222e;z-index:1}
.band{position:absolute;top:0;bottom:0;background:#cf222e22;border-left:1px solid #cf222e88}
.band b{position:sticky;left:0;font-size:10px;font-weight:normal;color:#a40e26;writing-mode:vertical-rl}
.fault{background:#cf222e22}
`;

/** One row a connection, or a logical process that takes over the row of one that has ended. */
function rowsOf(
  operations: readonly HistoryOperation[],
): { name: string; operations: HistoryOperation[] }[] {
  const byName = new Map<string, HistoryOperation[]>();
  for (const operation of operations) {
    const name = operation.connection ?? `process ${operation.process}`;
    const row = byName.get(name);
    if (row === undefined) byName.set(name, [operation]);
    else row.push(operation);
  }
  return [...byName].map(([name, row]) => ({ name, operations: row }));
}

function bandsOf(
  faults: readonly FaultEvent[],
  endOfTimeNs: number,
): { name: string; fromNs: number; untilNs: number }[] {
  return faults
    .filter(({ phase }) => phase === 'injected')
    .map(({ fault, event, atNs }) => {
      const healed = faults.find(
        (it) => it.fault === fault && it.phase === 'healed' && it.event > event,
      );
      return { name: fault, fromNs: atNs, untilNs: healed?.atNs ?? endOfTimeNs };
    });
}

/** When its interval ends, as far as is known. */
function endNs(operation: HistoryOperation): number {
  return operation.returnNs ?? waitedUntilNs(operation);
}

function waitedUntilNs({ callNs, returnNs, gaveUpNs }: HistoryOperation): number {
  return gaveUpNs ?? returnNs ?? callNs;
}

/** As much as fits before the next bar: what it was and what it saw, or only what it was. */
function labelOf({ operation, input, output }: HistoryOperation, roomPx: number): string {
  const seen = output === undefined ? '' : ` → ${scalars(output)}`;
  const choices = [`${operation} ${scalars(input)}${seen}`, `${operation}${seen}`, operation];
  return choices.find((text) => text.length * CHARACTER_PX <= roomPx) ?? '';
}

function scalars(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value).map(String).join(' ');
}

function tooltip(operation: HistoryOperation): string {
  const { partition, process, callEvent, returnEvent, error, witnessSeq, retryOf } = operation;
  const parts = [
    operationText(operation),
    `partition ${partition}, process ${process}`,
    `events ${callEvent} to ${returnEvent ?? 'unknown'}, ${durationText(endNs(operation) - operation.callNs)}`,
    error,
    witnessSeq === undefined ? undefined : `number ${witnessSeq}`,
    retryOf === undefined ? undefined : `repeats ${retryOf}`,
  ];
  return parts.filter((part) => part !== undefined).join('\n');
}

function durationText(ns: number): string {
  return ns < 1e6 ? `${round(ns / 1e3)} µs` : `${round(ns / 1e6)} ms`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character]!);
}

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadCaseStudy } from '../../contract/loadCaseStudy.ts';
import { readLines } from '../../target/readLines.ts';
import { buildPack } from './buildPack.ts';
import { LANGUAGE_IDS, languageOf } from './languages.ts';
import { newPack } from './newPack.ts';
import { isInstalled } from './testing/isInstalled.ts';

const root = join(import.meta.dirname, '../../../bench/acceptance/tally');
const caseStudy = loadCaseStudy('tally', [root]);
const scratch = mkdtempSync(join(tmpdir(), 'casemark-starters-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What a candidate might write: `add` gives its input back, `getTally` refuses, `watch` sends its input and then whatever it is sent. */
const WRITTEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ts: {
    add: `add: (params) => new Reply(params, { 'X-Echo': 'yes' }),`,
    getTally: `getTally: () => { throw new Refusal('UNKNOWN_TALLY', 'none', { 'Retry-After': '1' }); },`,
    watch: `watch: (params, it) => { it.received = it.send; it.send(params); },`,
  },
  python: {
    add: `"add": lambda params: Reply(params, {"X-Echo": "yes"}),`,
    getTally: `"getTally": lambda params: (_ for _ in ()).throw(Refusal("UNKNOWN_TALLY", "none", {"Retry-After": "1"})),`,
    watch: `"watch": lambda params, it: (setattr(it, "received", it.send), it.send(params)),`,
  },
  java: {
    add: `OPERATIONS.put("add", params -> new Reply(params, Json.object("X-Echo", "yes")));`,
    getTally: `OPERATIONS.put("getTally", params -> { throw new Refusal("UNKNOWN_TALLY", "none", Json.object("Retry-After", "1")); });`,
    watch: `STREAMS.put("watch", (params, it) -> { it.received = it::send; it.send(params); });`,
  },
  go: {
    add: `"add": func(params json.RawMessage) (any, error) { return Reply{params, map[string]string{"X-Echo": "yes"}}, nil },`,
    getTally: `"getTally": func(json.RawMessage) (any, error) { return nil, Refusal{"UNKNOWN_TALLY", "none", map[string]string{"Retry-After": "1"}} },`,
    watch: `"watch": func(params json.RawMessage, it *Subscription) error { it.Received = func(m json.RawMessage) { it.Send(m) }; it.Send(params); return nil },`,
  },
  rust: {
    add: `"add" => Ok(Reply { output: _params.clone(), headers: object([("X-Echo", text("yes"))]) }),`,
    getTally: `"getTally" => Err(Failure::Refused { problem: object([("code", text("UNKNOWN_TALLY")), ("detail", text("none"))]), headers: object([("Retry-After", text("1"))]) }),`,
    watch: `"watch" => { let it = Subscription { name: "s1".to_string(), stream: name.to_string(), is_open: true }; it.send(_input.clone()); Ok(it) }`,
    received: `fn received(state: &mut State, name: &str, message: &Json) { for it in &state.subscriptions { if it.name == name { it.send(message.clone()); } } }`,
  },
};

/** What readers and writers of JSON get wrong: escapes, other planes, line ends of Unicode, the largest integers, empty things. */
const AWKWARD = {
  text: 'é"\\/\b\f\n\r\t\u0001\u007f\u2028\u{1f600}<&>',
  '': [[], {}, [{}], null, true, false],
  numbers: [0, -1, 0.5, 1e-7, 2 ** 53 - 1, 1 - 2 ** 53],
};

type Line = Record<string, unknown>;

/** @returns every line that came, once so many are there */
async function talk(dir: string, id: string, lines: readonly Line[], n: number): Promise<Line[]> {
  const [program, ...args] = languageOf(id).command;
  const child = spawn(program === 'node' ? process.execPath : program!, args, {
    cwd: dir,
    stdio: ['pipe', 'pipe', 'inherit'],
    // As it is where nobody has set a language.
    env: { PATH: process.env['PATH'], CASEMARK_DATA_DIR: dir, CASEMARK_CLOCK_MS: '1' },
  });
  for (const line of lines) child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...line })}\n`);
  const said: Line[] = [];
  const over = Promise.withResolvers<undefined>();
  const onLine = (line: string): void => {
    if (said.push(JSON.parse(line) as Line) === n) over.resolve(undefined);
  };
  readLines(child.stdout, 1_000_000, onLine, () => undefined);
  child.on('close', () => over.resolve(undefined));
  await over.promise;
  child.kill('SIGKILL');
  return said;
}

async function built(id: string, name: string, edit?: (text: string) => string): Promise<string> {
  const language = languageOf(id);
  const dir = newPack({ caseStudy, level: 2, language: id, dir: join(scratch, name) });
  const file = join(dir, language.startsIn);
  if (edit) writeFileSync(file, edit(readFileSync(file, 'utf8')));
  expect(await buildPack(language, { dir })).toBeUndefined();
  return dir;
}

/** Puts what is written in place of the comments that stand for it. */
function fillIn(id: string): (text: string) => string {
  const { comment } = languageOf(id);
  const written = WRITTEN[id]!;
  return (text) =>
    text
      .split('\n')
      .map((line) => {
        const empty = line.trim().startsWith(comment) && line.includes('...');
        const name = /\b(add|getTally|watch)\b/.exec(line)?.[1];
        if (empty && name) return written[name]!;
        return line.startsWith('fn received(') ? written['received']! : line;
      })
      .join('\n');
}

const byId = (lines: readonly Line[]): Line[] =>
  lines.filter(({ id }) => id !== undefined).sort((a, b) => Number(a['id']) - Number(b['id']));

describe.each(LANGUAGE_IDS)('the starter in %s', (id) => {
  const { command, build, needs } = languageOf(id);
  const program = (build ?? command)[0]!;
  const missing = program === 'node' || isInstalled(program) ? '' : ` (skipped: install ${needs})`;
  const runs = test.skipIf(missing !== '');

  runs(`refuses every operation and stream as not supported yet${missing}`, async () => {
    const dir = await built(id, `${id}-plain`);
    const operations = ['add', 'getTally', 'setClock', 'ping'];
    const lines = [
      { method: 'send', params: { subscription: 's9', message: {} } },
      ...operations.map((method, at) => ({ id: at + 1, method, params: {} })),
      { id: 5, method: 'subscribe', params: { stream: 'watch', input: {} } },
      { id: 6, method: 'unsubscribe', params: { subscription: 's9' } },
    ];
    const said = await talk(dir, id, lines, 6);
    const refused = [...operations, 'watch'].map((name, at) => ({
      jsonrpc: '2.0',
      id: at + 1,
      error: { code: -32601, message: `${name} is not supported yet` },
    }));
    expect(byId(said)).toEqual([...refused, { jsonrpc: '2.0', id: 6, result: {} }]);
  });

  runs(`takes outputs, headers, refusals and streams as they are written${missing}`, async () => {
    const dir = await built(id, `${id}-written`, fillIn(id));
    const message = { up: AWKWARD };
    const said = await talk(
      dir,
      id,
      [
        { id: 1, method: 'add', params: AWKWARD },
        { id: 2, method: 'getTally', params: {} },
        { id: 3, method: 'subscribe', params: { stream: 'watch', input: { tally: 't' } } },
        { method: 'send', params: { subscription: 's1', message } },
        { id: 4, method: 'unsubscribe', params: { subscription: 's1' } },
        { method: 'send', params: { subscription: 's1', message } },
        { id: 5, method: 'add', params: {} },
      ],
      7,
    );
    const headers = { 'X-Echo': 'yes' };
    const problem = { code: 'UNKNOWN_TALLY', detail: 'none' };
    const refusal = { code: -32000, message: 'UNKNOWN_TALLY', data: problem };
    expect(byId(said)).toEqual([
      { jsonrpc: '2.0', id: 1, result: AWKWARD, headers },
      { jsonrpc: '2.0', id: 2, error: refusal, headers: { 'Retry-After': '1' } },
      { jsonrpc: '2.0', id: 3, result: { subscription: 's1' } },
      { jsonrpc: '2.0', id: 4, result: {} },
      { jsonrpc: '2.0', id: 5, result: {}, headers },
    ]);
    expect(said.filter(({ method }) => method === 'message').map(({ params }) => params)).toEqual([
      { subscription: 's1', message: { tally: 't' } },
      { subscription: 's1', message },
    ]);
  });
});

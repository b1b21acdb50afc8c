/** Marking, on the tiny case study: what is right has all of it, and each defect costs what it breaks. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runMarkVerb } from '../../harness/cli/exercise/markVerb.ts';
import type { MarkCliOptions } from '../../harness/cli/exercise/markVerb.ts';
import { LaunchError } from '../../harness/target/startImplementation.ts';
import { implementationOf, readManifest } from '../../harness/target/manifest.ts';
import { targetFactory } from '../../harness/target/targetFactory.ts';
import { judgeSeed } from '../../harness/exercise/mark/judgeSeed.ts';
import { loadCaseStudy } from '../../harness/contract/loadCaseStudy.ts';
import { createValidator } from '../../harness/contract/createValidator.ts';
import { packageRoot } from '../../harness/contract/packageRoot.ts';
import { LATENCY_STEP } from '../../harness/exercise/mark/latencyRatio.ts';
import type { Mark } from '../../harness/exercise/mark/mark.ts';
import { copyTally } from './copyTally.ts';
import type { TallyCopy } from './copyTally.ts';

const LISTEN_FOR = 'that a journal is written before the answer';
const LEVELS = {
  levels: [
    {
      title: 'Add up',
      minutes: 30,
      goal: 'A first service.',
      shows: 'Whether it reads the contract.',
      tracks: {},
      operations: ['add', 'getTally'],
      clauses: { correctness: ['TAL-SUM-01.a'], robustness: ['TAL-SUM-01.b'] },
      visible: ['TAL-SUM-01.a'],
      hints: ['Keep a map.'],
      discussion: [
        { question: 'What of overflow?', listenFor: ['bounds'] },
        { question: 'What of two at once?', listenFor: ['one thread'] },
      ],
    },
    {
      title: 'Forget nothing',
      minutes: 30,
      goal: 'A journal.',
      shows: 'Whether it knows what a crash is.',
      tracks: {},
      operations: ['watch', 'setClock'],
      clauses: { concurrency: ['TAL-WATCH-01.a'], durability: ['TAL-KEEP-01.a'] },
      visible: ['TAL-WATCH-01.a'],
      hints: ['Append.'],
      discussion: [
        { question: 'What of a torn line?', listenFor: [LISTEN_FOR] },
        { question: 'What of a long journal?', listenFor: ['snapshots'] },
      ],
    },
  ],
};

const validate = createValidator('all').compile(
  JSON.parse(readFileSync(join(packageRoot, 'spec/schema/mark.schema.json'), 'utf8')) as object,
);

interface Marked {
  readonly code: number;
  readonly mark: Mark;
  readonly interviewer: string;
  readonly candidate: string;
}

describe('casemark exercise mark', () => {
  let tally: TallyCopy;
  let place: string;
  beforeAll(() => {
    tally = copyTally();
    place = mkdtempSync(join(tmpdir(), 'casemark-marked-'));
    writeFileSync(join(tally.root, 'spec/tally/levels.json'), JSON.stringify(LEVELS));
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
  });
  afterAll(() => {
    vi.restoreAllMocks();
    tally.remove();
    rmSync(place, { recursive: true, force: true });
  });

  /** The reference as a candidate would hand it in, each file changed as told. */
  function solution(name: string, change: (text: string, file: string) => string): string {
    const dir = join(place, name);
    cpSync(tally.implementation, dir, { recursive: true });
    cpSync(join(dir, 'casemark-stdio.json'), join(dir, 'casemark.json'));
    for (const file of ['tallies.ts', 'stdio.ts', 'casemark.json']) {
      const text = readFileSync(join(dir, file), 'utf8');
      writeFileSync(join(dir, file), change(text, file));
    }
    const exercise = { case: 'tally', specVersion: '1.0.0', level: 2, language: 'ts' };
    const suiteVersion = '0.0.0';
    writeFileSync(join(dir, 'exercise.json'), JSON.stringify({ ...exercise, suiteVersion }));
    return dir;
  }

  async function marked(dir: string, options: Partial<MarkCliOptions> = {}): Promise<Marked> {
    const out = `${dir}-out`;
    const usual = { seeds: 2, firstSeed: 1001, seedSeconds: 30, patience: 1, unconfined: true };
    const code = await runMarkVerb(dir, { ...usual, root: [tally.root], out, ...options });
    const read = (name: string): string => readFileSync(join(out, name), 'utf8');
    const mark = JSON.parse(read('mark.json')) as Mark;
    expect(validate(mark), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    const files = { interviewer: read('interviewer.md'), candidate: read('candidate.md') };
    return { code, mark, ...files };
  }

  const lacking = ({ clauses }: Mark): string[] =>
    clauses.filter(({ credit }) => !credit).map(({ clause }) => clause);

  test('gives the reference all of it', async () => {
    const { code, mark } = await marked(solution('right', (text) => text));
    expect(code).toBe(0);
    expect(lacking(mark)).toEqual([]);
    expect(mark.latency).toMatchObject({ kind: 'measured', unmeasured: [], share: 1 });
    expect(mark).toMatchObject({ score: 100, reachedLevel: 2, complete: true, problem: null });
  });

  /** Where it can be for certain: elsewhere the system's settings decide. */
  test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
    'gives a solution that is confined the same, and one that reads the judge nothing',
    async () => {
      const spying = solution('spying', (text, file) =>
        file === 'stdio.ts'
          ? `import { readdirSync } from 'node:fs';\nreaddirSync('${join(tally.root, 'spec')}');\n${text}`
          : text,
      );
      const confined = { seeds: 1, unconfined: false };
      const { mark: right } = await marked(
        solution('kept', (text) => text),
        confined,
      );
      expect(right.score).toBe(100);
      expect(right.confinement).toContain('namespaces');
      const { mark: spied } = await marked(spying, confined);
      expect(spied.score).toBe(0);
      expect(spied.problem).toContain('scandir');
    },
  );

  test('takes for a hidden clause that is broken what that clause is worth, and no more', async () => {
    const forgetful = solution('forgetful', (text) =>
      text.replace('existsSync(journal) ?', 'existsSync(`${journal}.lost`) ?'),
    );
    const { mark } = await marked(forgetful);
    expect(lacking(mark)).toEqual(['TAL-KEEP-01.a']);
    expect(mark.parts.map(({ part, points }) => [part, points])).toEqual([
      ['correctness', 50],
      ['concurrency', 15],
      ['durability', 0],
      ['latency', 10],
      ['robustness', 10],
    ]);
    expect(mark).toMatchObject({ score: 85, reachedLevel: 1 });
  });

  test('gives nothing for a clause that passes with some seeds only', async () => {
    const { mark } = await marked(solution('lucky', wrongFor(RARE)), { seeds: 3 });
    expect(lacking(mark)).toEqual(['TAL-SUM-01.a']);
    const outcomes = mark.clauses[0]!.seeds.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['pass', 'fail', 'pass']);
    expect(mark).toMatchObject({ reachedLevel: 0 });
  });

  test('gives the same code the same mark', async () => {
    const dir = solution('same', wrongFor(RARE));
    const { mark: one } = await marked(dir, { seeds: 3 });
    const { mark: other } = await marked(dir, { seeds: 3 });
    expect(other.solution).toEqual(one.solution);
    expect(outcomesOf(other)).toEqual(outcomesOf(one));
    const untimed = ({ parts }: Mark) => parts.filter(({ part }) => part !== 'latency');
    expect(untimed(other)).toEqual(untimed(one));
    const share = ({ latency }: Mark): number =>
      latency.kind === 'measured' ? latency.share : Number.NaN;
    expect(Math.abs(share(other) - share(one))).toBeLessThanOrEqual(LATENCY_STEP);
  });

  test.each([
    ['tries once more', true, { outcome: 'pass', attempts: 2 }],
    ['tells apart from a failure', false, { outcome: 'could-not-run', attempts: 1 }],
  ])('%s what could not be run', async (_, mayRetry, expected) => {
    const caseStudy = loadCaseStudy('tally', [tally.root]);
    const manifest = readManifest(join(tally.implementation, 'casemark-stdio.json'));
    const factory = targetFactory(caseStudy, implementationOf(manifest, caseStudy, 'stdio'));
    let launches = 0;
    const late: typeof factory = {
      ...factory,
      async launch(how) {
        launches += 1;
        if (launches === 1) throw new LaunchError('It is not there yet.');
        return factory.launch(how);
      },
    };
    const options = { seed: 1001, patience: 1, mayRetry: () => mayRetry, replayCommand: () => '' };
    const clauses = ['TAL-SUM-01.a', 'TAL-SUM-01.b'];
    const outcomes = await judgeSeed(caseStudy, late, { ...options, clauses }, () => undefined);
    expect([...outcomes.keys()]).toEqual(clauses);
    for (const outcome of outcomes.values()) expect(outcome).toMatchObject(expected);
  });

  test('gives less for a solution that is slow, and only in latency', async () => {
    const slow = solution('slow', (text, file) =>
      file === 'stdio.ts'
        ? text.replace(
            'const answer = tallies.call(method, params);',
            'await new Promise((resolve) => setTimeout(resolve, 30)); const answer = tallies.call(method, params);',
          )
        : text,
    );
    const { mark } = await marked(slow, { seeds: 1 });
    expect(lacking(mark)).toEqual([]);
    expect(mark.score).toBe(90);
  });

  describe('tells the candidate', () => {
    let found: Marked;
    beforeAll(async () => {
      const broken = solution('broken', (text) =>
        wrongFor('by > 0')(text)
          .replace('existsSync(journal) ?', 'existsSync(`${journal}.lost`) ?')
          .replace(
            "{ problem: { code: 'UNKNOWN_TALLY' } };",
            '{ output: { tally, total: 0, additions: 0 } };',
          ),
      );
      found = await marked(broken);
      expect(lacking(found.mark)).toEqual([
        'TAL-SUM-01.a',
        'TAL-SUM-01.b',
        'TAL-WATCH-01.a',
        'TAL-KEEP-01.a',
      ]);
    });

    test('the score, the parts, the visible clauses in full and the titles of the others', () => {
      const { candidate } = found;
      expect(candidate).toContain('# Tally counter, level 2: 0 of 100');
      expect(candidate).toContain('| Durability | 0 of 1 clauses | 0 | 15 |');
      expect(candidate).toContain('### TAL-SUM-01.a The sum: does not pass');
      expect(candidate).toContain('The reply to an addition has the sum so far.');
      expect(candidate).toContain('| TAL-KEEP-01 | Keeping | not passed |');
    });

    test('nothing that is hidden', () => {
      const { candidate, interviewer, mark } = found;
      const hidden = [
        ...mark.seeds.map(String),
        ...mark.clauses.flatMap(({ seeds }) => seeds.flatMap(({ reason }) => reason ?? [])),
        ...LEVELS.levels.flatMap(({ discussion }) =>
          discussion.flatMap(({ question, listenFor }) => [question, ...listenFor]),
        ),
        ...LEVELS.levels.map(({ shows }) => shows),
        'TAL-SUM-01.b',
        'TAL-KEEP-01.a',
        // Of the statements, free of what Markdown escapes.
        'that nothing was added to is refused',
        'After a restart the tally has its total',
        'expected',
        'npx casemark check',
      ];
      for (const text of hidden) {
        expect(interviewer).toContain(text);
        expect(candidate).not.toContain(text);
      }
    });
  });

  describe('gives a mark of 0 with the reason', () => {
    test.each([
      ['that ends at its start', 'process.exit(3);', 'exit code 3'],
      ['that never answers', 'setInterval(() => 0, 1000);', 'too slowly, or not at all'],
      ['that floods stdout', "for (;;) process.stdout.write('x'.repeat(1000) + '\\n');", 'stdout'],
    ])('to one %s', async (name, code, reason) => {
      const dir = solution(name.replaceAll(' ', '-'), (text, file) =>
        file === 'stdio.ts' ? code : text,
      );
      const { code: exit, mark, candidate } = await marked(dir, { seedSeconds: 6, patience: 0.2 });
      expect(exit).toBe(0);
      expect(mark.score).toBe(0);
      expect(mark.complete).toBe(true);
      expect(mark.clauses.map(({ seeds }) => seeds.length)).toEqual([1, 1, 1, 1]);
      expect(JSON.stringify(mark.clauses)).toContain(reason);
      expect(candidate).toContain('0 of 100');
    });

    test('to one without a manifest', async () => {
      const dir = solution('unstartable', (text) => text);
      rmSync(join(dir, 'casemark.json'));
      const { mark, candidate } = await marked(dir);
      expect(mark).toMatchObject({ score: 0, reachedLevel: 0, complete: true });
      expect(mark.problem).toContain('has no casemark.json');
      expect(candidate).toContain('has no casemark.json');
    });
  });

  test('refuses a folder that is no exercise, a level that is not there and a place inside', async () => {
    await expect(marked(place)).rejects.toThrow(/exercise\.json does not exist/);
    await expect(marked(join(place, 'nowhere'))).rejects.toThrow(/is no folder/);
    const dir = solution('refused', (text) => text);
    await expect(marked(dir, { level: 3 })).rejects.toThrow(/no level 3/);
    await expect(marked(dir, { out: join(dir, 'out') })).rejects.toThrow(/inside the solution/);
  });
});

/** Of the seeds 1001 to 1003 only the second has this amount. */
const RARE = 'by === 375';

function wrongFor(condition: string): (text: string) => string {
  return (text) =>
    text.replace('total: before.total + by,', `total: before.total + by + (${condition} ? 1 : 0),`);
}

function outcomesOf({ clauses }: Mark): string[] {
  return clauses.flatMap(({ clause, seeds }) =>
    seeds.map(({ seed, outcome }) => `${clause} ${seed} ${outcome}`),
  );
}

/** The languages that a starter is written in, and what it takes to run one. */
import { SpecError } from '../../contract/specError.ts';

export interface Language {
  /** As `--lang` and exercise.json name it. */
  readonly id: string;
  readonly title: string;
  /** Starts the solution; run in the pack's folder. */
  readonly command: readonly string[];
  /** Run in the pack's folder before each start of a try, and once before marking; absent: nothing has to be built. */
  readonly build?: readonly string[];
  /** What has to be installed. */
  readonly needs: string;
  /** The file in which the candidate begins. */
  readonly startsIn: string;
  /** Files that a build makes. */
  readonly ignored: readonly string[];
  /** What a comment begins with. */
  readonly comment: string;
}

const LANGUAGES: readonly Language[] = [
  {
    id: 'ts',
    title: 'TypeScript',
    command: ['node', 'solution.ts'],
    needs: 'Node.js 22.18 or later, which runs TypeScript as it is',
    startsIn: 'solution.ts',
    ignored: [],
    comment: '//',
  },
  {
    id: 'python',
    title: 'Python',
    command: ['python3', 'solution.py'],
    needs: 'Python 3.9 or later',
    startsIn: 'solution.py',
    ignored: ['__pycache__'],
    comment: '#',
  },
  {
    id: 'java',
    title: 'Java',
    command: ['java', '-XX:TieredStopAtLevel=1', '-cp', 'build', 'Solution'],
    build: ['javac', '-d', 'build', 'Solution.java', 'Json.java'],
    needs: 'a JDK, 17 or later',
    startsIn: 'Solution.java',
    ignored: ['build'],
    comment: '//',
  },
  {
    id: 'go',
    title: 'Go',
    command: ['./build/solution'],
    build: ['go', 'build', '-o', 'build/solution', '.'],
    needs: 'Go 1.18 or later',
    startsIn: 'main.go',
    ignored: ['build'],
    comment: '//',
  },
  {
    id: 'rust',
    title: 'Rust',
    command: ['./build/solution'],
    build: [
      'rustc',
      '-O',
      '--edition',
      '2021',
      '--out-dir',
      'build',
      '--crate-name',
      'solution',
      'main.rs',
    ],
    needs: 'rustc 1.65 or later',
    startsIn: 'main.rs',
    ignored: ['build'],
    comment: '//',
  },
];

export const LANGUAGE_IDS = LANGUAGES.map(({ id }) => id);

/** @throws SpecError for a language without a starter */
export function languageOf(id: string): Language {
  const language = LANGUAGES.find((each) => each.id === id);
  if (language) return language;
  throw new SpecError(`There is no starter in "${id}": there are ${LANGUAGE_IDS.join(', ')}.`);
}

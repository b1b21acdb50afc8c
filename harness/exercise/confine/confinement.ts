/** Keeps a solution away from the judge: a root of its own, no processes but its own, no privileges, limits. Linux only. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join, sep } from 'node:path';
import { packageRoot } from '../../contract/packageRoot.ts';
import { SpecError } from '../../contract/specError.ts';
import { DEFAULT_LIMITS, prlimitWords } from './limits.ts';
import type { ConfinementLimits } from './limits.ts';
import { watchLimits } from './watchLimits.ts';

export interface ConfinementRequest {
  /** Of the solution. Made readable for everybody where casemark runs as root: give a copy. */
  readonly dir: string;
  /** Folders that must not be seen, beside casemark's own. */
  readonly hide?: readonly string[];
  readonly limits?: Partial<ConfinementLimits>;
  /** `none`: a loopback of its own. `host`: the machine's, for outside services that casemark plays. Default: none. */
  readonly network?: 'none' | 'host';
  /** Names of the judge's own environment that the solution sees too: those that its manifest sets. */
  readonly keepEnv?: readonly string[];
}

/** What stands between a solution and the machine. */
export interface Confinement {
  /** Put before the command. The data directory is the one that CASEMARK_DATA_DIR names. */
  readonly launchWith: readonly string[];
  /** One line for a report. */
  readonly describe: string;
  /** Which limit it was ended for. */
  exceeded(): string | undefined;
  /** Ends what still runs. */
  close(): void;
}

const ENTER = join(packageRoot, 'harness/exercise/confine/enter.sh');
const SHOWN = ['/usr', '/etc', '/opt', '/nix/store'];
/** Where version managers keep the runtimes of languages, below the home folder. */
const RUNTIMES = [
  '.pyenv',
  '.nvm',
  '.sdkman',
  '.asdf/installs',
  '.volta',
  '.local/share/mise',
  '.cargo/bin',
  '.rustup',
];
const KEPT = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'JAVA_HOME'];
/** Set for each start, whatever the judge itself has. */
const GIVEN = ['CASE', 'DATA_DIR', 'CLOCK_MS', 'PORT', 'WORLD_URL'].map((n) => `CASEMARK_${n}`);
const MAX_TRIAL_MS = 10_000;

/** @throws SpecError saying what is missing, where the machine allows no confinement */
export function openConfinement(request: ConfinementRequest): Confinement {
  const limits = { ...DEFAULT_LIMITS, ...request.limits };
  const user = process.getuid?.() === 0 ? 'nobody' : 'same';
  const scratch = mkdtempSync(join(tmpdir(), 'confined-'));
  const root = join(scratch, 'root');
  mkdirSync(root);
  writeSettings(scratch, request, limits, user);
  if (user === 'nobody') execFileSync('chmod', ['-R', 'a+rX', request.dir]);
  const launchWith = prefixOf(scratch, root, request, user);
  const remove = (): void => rmSync(scratch, { recursive: true, force: true });
  const problem = trial(launchWith);
  if (problem !== undefined) {
    remove();
    throw new SpecError(
      `This machine lets no solution be confined (${problem}): run as root on Linux or allow user namespaces (sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns), or give --unconfined for a solution that you trust.`,
    );
  }
  const watch = watchLimits(root, limits);
  const network = request.network === 'host' ? "the machine's network" : 'no network';
  return {
    launchWith,
    describe: `namespaces of Linux as ${user === 'nobody' ? 'an unprivileged user' : 'a user without privileges'}, own root, ${network}, at most ${limits.memoryMiB} MiB of memory and ${limits.processes} processes`,
    exceeded: () => watch.exceeded(),
    close() {
      watch.close();
      remove();
    },
  };
}

function prefixOf(
  scratch: string,
  root: string,
  { network, keepEnv = [] }: ConfinementRequest,
  user: 'nobody' | 'same',
): string[] {
  const seen = new Set([...KEPT, ...GIVEN, ...keepEnv]);
  const unseen = Object.keys(process.env).filter((name) => !seen.has(name));
  return [
    ...['env', ...unseen.flatMap((name) => ['-u', name])],
    ...['unshare', ...(user === 'same' ? ['--user', '--map-root-user'] : [])],
    ...['--mount', '--pid', '--fork', '--kill-child', '--ipc', '--uts'],
    ...(network === 'host' ? [] : ['--net']),
    ...['sh', ENTER, root, scratch],
  ];
}

function writeSettings(
  scratch: string,
  { dir, hide = [] }: ConfinementRequest,
  limits: ConfinementLimits,
  user: 'nobody' | 'same',
): void {
  const hidden = [packageRoot, ...hide].map(realIfThere);
  const isHidden = (path: string): boolean =>
    hidden.some((each) => path === each || path.startsWith(each + sep));
  // npx puts folders of casemark's first: they name it.
  const searched = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((path) => !isHidden(path) && !path.includes(`${sep}node_modules${sep}`));
  const lines: Record<string, readonly string[]> = {
    shown: [...SHOWN, ...RUNTIMES.map((name) => join(homedir(), name))],
    hidden,
    node: [process.execPath],
    dir: [realpathSync(dir)],
    user: [user],
    drop: user === 'nobody' ? ['--reuid 65534 --regid 65534 --clear-groups'] : [''],
    path: [['/run/runtime/bin', ...searched].join(delimiter)],
    limits: [prlimitWords(limits, user).join(' ')],
  };
  for (const [name, values] of Object.entries(lines)) {
    writeFileSync(join(scratch, name), values.map((value) => `${value}\n`).join(''));
  }
}

function realIfThere(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** @returns what the system says against it */
function trial([program, ...rest]: readonly string[]): string | undefined {
  try {
    execFileSync(program!, [...rest, 'true'], {
      timeout: MAX_TRIAL_MS,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, CASEMARK_DATA_DIR: '' },
    });
    return undefined;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: Buffer };
    return (stderr?.toString('utf8').trim() || message).split('\n')[0];
  }
}

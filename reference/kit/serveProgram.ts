/** A service as a process: HTTP with WebSocket on 127.0.0.1, or JSON-RPC on stdin and stdout. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Durability } from './sqliteFile.ts';
import type { Contract } from './contract.ts';
import { serveHttp } from './httpServer.ts';
import type { Shedding } from './httpServer.ts';
import type { Service } from './service.ts';
import { serveStdio } from './stdioServer.ts';

/** What every service is started with. */
export interface ProgramArguments {
  port: number;
  data: string;
  clockMs: number;
  testMode?: true;
  durability: Durability;
  stdio?: true;
}

export interface OpenedService {
  service: Service;
  contract: Contract;
  /** Over HTTP, where requests come without end. */
  shedding?: Shedding;
}

/** The command line that all services share; more options may be added. */
export function programOf(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .requiredOption('--data <dir>', 'data directory, made when it is not there')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', integer(0, 65_535), 8080)
    .option(
      '--clock-ms <ms>',
      'where the frozen clock begins',
      integer(0, Number.MAX_SAFE_INTEGER),
      0,
    )
    .option('--test-mode', 'freeze the clock and offer the control operations')
    .addOption(
      new Option('--durability <profile>', 'D1: written to the system; D2: synced to the disk')
        .choices(['D1', 'D2'])
        .default('D1'),
    )
    .option('--stdio', 'serve JSON-RPC on stdin and stdout instead of HTTP');
}

/** Parses the command line, opens the service and serves it until SIGINT or SIGTERM, or the end of stdin. */
export async function serveProgram<Arguments extends ProgramArguments>(
  program: Command,
  open: (args: Arguments) => Promise<OpenedService>,
): Promise<void> {
  const args = program.parse().opts<Arguments>();
  try {
    await serve(program.name(), args, open);
  } catch (error) {
    console.error(`${program.name()}: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}

async function serve<Arguments extends ProgramArguments>(
  name: string,
  args: Arguments,
  open: (args: Arguments) => Promise<OpenedService>,
): Promise<void> {
  // A file that may not grow raises this signal before the write fails: the write's own error says enough.
  process.on('SIGXFSZ', () => undefined);
  const { service, contract, shedding } = await open(args);
  if (args.stdio) {
    onStop(() => service.close());
    await serveStdio(service, contract, process.stdin, process.stdout);
    return service.close();
  }
  const server = await serveHttp(service, contract, args.port, shedding);
  onStop(async () => {
    await server.close();
    await service.close();
  });
  console.error(`${name}: listening on http://127.0.0.1:${server.port}`);
}

function onStop(stop: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(0)));
  }
}

/** A commander parser of integers of a range. */
export function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`give an integer from ${min} to ${max}.`);
  };
}

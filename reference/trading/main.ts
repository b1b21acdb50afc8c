/** The venue as a process: HTTP with WebSocket on 127.0.0.1, or JSON-RPC on stdin and stdout. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { serveHttp } from '../kit/httpServer.ts';
import { serveStdio } from '../kit/stdioServer.ts';
import { openTrading } from './tradingService.ts';
import type { TradingOptions } from './tradingService.ts';

/** More threads than a machine has cores for only wait for each other. */
const MAX_SHARDS = 16;

interface Arguments {
  port: number;
  data: string;
  clockMs: number;
  testMode?: true;
  durability: TradingOptions['durability'];
  shards: number;
  stdio?: true;
}

const program = new Command('trading')
  .description('The reference venue of the trading case study.')
  .requiredOption(
    '--data <dir>',
    'data directory: holds the audit journal, made when it is not there',
  )
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
  .option(
    '--shards <count>',
    'matching threads; 0: match in the main one',
    integer(0, MAX_SHARDS),
    0,
  )
  .option('--stdio', 'serve JSON-RPC on stdin and stdout instead of HTTP')
  .parse();

await run(program.opts<Arguments>()).catch((error: unknown) => {
  console.error(`trading: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});

async function run(args: Arguments): Promise<void> {
  // A file that may not grow raises this signal before the write fails: the write's own error says enough.
  process.on('SIGXFSZ', () => undefined);
  const { service, contract } = await openTrading({
    dataDir: args.data,
    clockMs: args.clockMs,
    testMode: args.testMode ? 'on' : 'off',
    durability: args.durability,
    shards: args.shards,
  });
  if (args.stdio) {
    onStop(() => service.close());
    await serveStdio(service, contract, process.stdin, process.stdout);
    return service.close();
  }
  const server = await serveHttp(service, contract, args.port);
  onStop(async () => {
    await server.close();
    await service.close();
  });
  console.error(`trading: listening on http://127.0.0.1:${server.port}`);
}

function onStop(stop: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(0)));
  }
}

function integer(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`give an integer from ${min} to ${max}.`);
  };
}

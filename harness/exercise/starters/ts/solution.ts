/** The solution: begin in `operations`. One JSON object a line comes in, one goes out; PROTOCOL.md tells how. */

/** Everything that has to survive a kill belongs here, written before the reply goes out. */
export const dataDir = process.env['CASEMARK_DATA_DIR'] ?? '.';
/** The time now, in ms since 1970; only the contract's clock operation moves it, where it has one. */
export const clockMs = Number(process.env['CASEMARK_CLOCK_MS'] ?? 0);
/** Outside services, where the case study has them. */
export const worldUrl = process.env['CASEMARK_WORLD_URL'];

type Json = any;

/** A refusal with a code of contract/errors.json, and with headers where the contract gives them a meaning. */
export class Refusal extends Error {
  readonly problem: Json;
  readonly headers: Record<string, string> | undefined;
  constructor(code: string, detail?: string, headers?: Record<string, string>) {
    super(code);
    this.problem = detail === undefined ? { code } : { code, detail };
    this.headers = headers;
  }
}

/** An output with headers beside it, where the contract gives them a meaning. */
export class Reply {
  readonly output: Json;
  readonly headers: Record<string, string>;
  constructor(output: Json, headers: Record<string, string>) {
    this.output = output;
    this.headers = headers;
  }
}

class NotSupported extends Error {}

interface Subscription {
  send(message: Json): void;
  /** What the subscriber sends up the stream, where the contract lets it: set it. */
  received?: (message: Json) => void;
  /** Set it where something has to stop. */
  closed?: () => void;
}

/** What is not here is refused as not supported. */
const operations: Record<string, (params: Json) => Json | Promise<Json>> = {
  // each operation: NAME: (params) => ...,
};

/** `subscription.send(message)` as often as you like, also later. */
const streams: Record<string, (params: Json, subscription: Subscription) => void> = {
  // each stream: NAME: (params, subscription) => ...,
};

const subscriptions = new Map<string, Subscription>();
let subscribed = 0;

function write(line: Json): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...line })}\n`);
}

function subscribe({ stream: name, input }: Json): Json {
  const stream = streams[name];
  if (!stream) throw new NotSupported(name);
  const id = `s${(subscribed += 1)}`;
  const subscription: Subscription = {
    send: (message) => {
      if (subscriptions.has(id))
        write({ method: 'message', params: { subscription: id, message } });
    },
  };
  subscriptions.set(id, subscription);
  try {
    stream(input, subscription);
  } catch (error) {
    // A stream that refuses leaves no subscription behind.
    subscriptions.delete(id);
    throw error;
  }
  return { subscription: id };
}

function unsubscribe({ subscription: id }: Json): Json {
  subscriptions.get(id)?.closed?.();
  subscriptions.delete(id);
  return {};
}

async function answer(method: string, params: Json): Promise<Json> {
  if (method === 'subscribe') return subscribe(params);
  if (method === 'unsubscribe') return unsubscribe(params);
  const operation = operations[method];
  if (!operation) throw new NotSupported(method);
  return operation(params);
}

function received({ subscription, message }: Json): void {
  try {
    subscriptions.get(subscription)?.received?.(message);
  } catch (error) {
    // A message is not answered, whatever becomes of it.
    console.error('send', error);
  }
}

async function handle({ id, method, params = {} }: Json): Promise<void> {
  if (method === 'send') return received(params);
  try {
    const output = await answer(method, params);
    if (output instanceof Reply) write({ id, result: output.output, headers: output.headers });
    else write({ id, result: output });
  } catch (error) {
    if (error instanceof NotSupported) {
      write({ id, error: { code: -32601, message: `${error.message} is not supported yet` } });
    } else if (error instanceof Refusal) {
      const { message, problem, headers } = error;
      write({ id, error: { code: -32000, message, data: problem }, headers });
    } else {
      // A fault of ours: whether it had an effect is unknown.
      console.error(method, error);
      write({ id, error: { code: -32603, message: String(error) } });
    }
  }
}

// Not node:readline: that ends a line at U+2028 too, which may stand in JSON as it is.
let begun = '';
process.stdin.setEncoding('utf8');
for await (const chunk of process.stdin) {
  const lines = (begun + chunk).split('\n');
  begun = lines.pop()!;
  for (const line of lines) void handle(JSON.parse(line));
}

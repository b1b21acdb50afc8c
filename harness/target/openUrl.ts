/** A Target for a server that casemark did not start: it can be asked, not restarted. */
import { Pool } from 'undici';
import type { CaseStudy, Operation } from '../contract/caseStudy.ts';
import { toHttpRequest } from '../contract/httpRequest.ts';
import { SpecError } from '../contract/specError.ts';
import { DEFAULT_CALL_TIMEOUT_MS } from './bounds.ts';
import { connectHttp } from './httpConnection.ts';
import type { Implementation } from './implementation.ts';
import { callOn } from './launchTarget.ts';
import type { Target } from './target.ts';

/** A probe only asks whether a path is there. */
const MAX_PROBE_MS = 5_000;
/** What servers answer for a path or method that they do not have. */
const ABSENT_STATUSES = new Set([404, 405, 501]);

/**
 * @param nowMs the time that `startClockMs` tells: that of a server which casemark did not start is not known
 */
export function openUrl(
  caseStudy: CaseStudy,
  implementation: Implementation,
  nowMs: number,
  patience = 1,
): Target {
  const address = implementation.start.kind === 'url' ? implementation.start.url : '';
  const connection = connectHttp(caseStudy, address, implementation.readyPath);
  const timeoutMs = DEFAULT_CALL_TIMEOUT_MS * patience;
  const refuse = (what: string) => (): Promise<void> =>
    Promise.reject(
      new SpecError(`A server that casemark did not start cannot be ${what}: use --impl.`),
    );
  return {
    binding: 'http',
    capabilities: implementation.capabilities,
    startClockMs: nowMs,
    canRestart: false,
    address,
    call: (operation, input, options) =>
      callOn(connection, caseStudy, operation, input, options?.timeoutMs ?? timeoutMs),
    subscribe: (stream, input, onEvent) =>
      connection.subscribe(caseStudy.streams.get(stream)!, input, onEvent, timeoutMs),
    ended: () => undefined,
    responds: (waitMs) => connection.responds(waitMs),
    kill: refuse('killed'),
    restart: refuse('restarted'),
    close: () => connection.close(),
  };
}

/** A URL without a manifest: only what the control operations themselves show is taken as offered. */
export async function implementationAtUrl(
  caseStudy: CaseStudy,
  url: string,
): Promise<Implementation> {
  const address = parseUrl(url);
  return {
    name: new URL(address).host,
    version: 'unknown',
    language: 'unknown',
    source: address,
    dir: process.cwd(),
    binding: 'http',
    start: { kind: 'url', url: address },
    readyPath: '/health',
    readyTimeoutMs: MAX_PROBE_MS,
    env: {},
    capabilities: await probeCapabilities(caseStudy, address),
    knownFailures: [],
    variants: {},
  };
}

function parseUrl(text: string): string {
  const url = URL.parse(text);
  if (url && (url.protocol === 'http:' || url.protocol === 'https:') && url.pathname === '/')
    return url.origin;
  throw new SpecError(
    `--url ${text} is not a server's address: write it as in http://127.0.0.1:8080, without a path.`,
  );
}

/** Asks each control operation with an empty input, which none of them carries out unless it changes nothing. */
async function probeCapabilities(caseStudy: CaseStudy, address: string): Promise<Set<string>> {
  const capabilities = new Set<string>();
  const pool = new Pool(address);
  try {
    for (const operation of caseStudy.operations.values()) {
      if (operation.capability === undefined) continue;
      if (await isThere(pool, operation)) capabilities.add(operation.capability);
    }
  } finally {
    await pool.destroy();
  }
  return capabilities;
}

async function isThere(pool: Pool, operation: Operation): Promise<boolean> {
  const { method, path, body } = toHttpRequest(operation, {});
  try {
    const reply = await pool.request({
      method,
      path,
      headers: { 'content-type': 'application/json' },
      body: body ?? null,
      signal: AbortSignal.timeout(MAX_PROBE_MS),
    });
    await reply.body.dump();
    return !ABSENT_STATUSES.has(reply.statusCode);
  } catch {
    return false;
  }
}

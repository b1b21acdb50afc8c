/** The page in a real browser. Needs Chromium, which is no package of npm: the test says so where it is missing. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fullReport, someLatencies } from './fixtures.ts';
import { runPage } from './runPage.ts';

const MAX_BROWSER_MS = 60_000;
const NAMES = [process.env['CHROMIUM'], 'chromium', 'chromium-browser', 'google-chrome'];

const browser = NAMES.find((name) => {
  if (name === undefined || name === '') return false;
  try {
    return execFileSync(name, ['--version'], { timeout: MAX_BROWSER_MS, stdio: 'pipe' }).length > 0;
  } catch {
    return false;
  }
});
if (browser === undefined) {
  console.log(
    'No Chromium: the page is not tried in a browser. To have it: apt-get install chromium, or set CHROMIUM.',
  );
}

describe.skipIf(browser === undefined)('in Chromium', { timeout: 2 * MAX_BROWSER_MS }, () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'casemark-browser-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  /** @returns the document after its scripts ran. @param probe runs in it, after the page's own script */
  async function domOf(name: string, page: string, more: readonly string[] = []): Promise<string> {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, page);
    const args = [
      ...[
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        `--user-data-dir=${join(folder, 'profile')}`,
      ],
      ...['--window-size=1280,2000', ...more, '--dump-dom', `file://${file}`],
    ];
    const told = await promisify(execFile)(browser!, args, {
      ...{ timeout: MAX_BROWSER_MS, maxBuffer: 64 * 1024 * 1024 },
    });
    return told.stdout;
  }

  const page = runPage(fullReport(), someLatencies());

  test('its own script runs under its policy: tables can be sorted and filtered, and every plot is there', async () => {
    const dom = await domOf('report', page);
    expect(dom).toMatch(/<th[^>]*><button type="button">/);
    expect(dom).toMatch(/<input type="search" id="requirements-filter"/);
    const drawn = [...dom.matchAll(/<svg class="plot"[^]*?<\/svg>/g)].map(([svg]) => svg);
    expect(drawn.length).toBeGreaterThanOrEqual(8);
    for (const svg of drawn) expect(svg).toMatch(/<(path|circle|rect)/);
  });

  test('what came in from outside of the page neither runs nor asks anybody for anything', async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked += 1;
      response.end();
    }).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      const at = `http://127.0.0.1:${port}`;
      const intruder = `<img src="${at}/img"><link rel="stylesheet" href="${at}/css"><iframe src="${at}/frame"></iframe><script src="${at}/js"></script><script>document.title='ran';fetch('${at}/fetch')</script><p id="styled" style="background:url(${at}/bg)">x</p>`;
      const without = page.replace(/<meta\s+http-equiv[^>]*>/, '');
      await domOf('open', without.replace('</main>', `${intruder}</main>`));
      // Otherwise the server would see nothing for another reason than the policy.
      expect(asked).toBeGreaterThan(0);
      asked = 0;
      const dom = await domOf('closed', page.replace('</main>', `${intruder}</main>`));
      expect(asked).toBe(0);
      expect(dom).not.toContain('<title>ran</title>');
    } finally {
      server.close();
    }
  });
});

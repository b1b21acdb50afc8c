import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { Payment, TrialBalance } from '../../spec/payments/messages.d.ts';
import type { Answer } from '../kit/service.ts';
import { startPlatformProcess } from './testing/platformProcess.ts';
import { paymentInput } from './testing/testPlatform.ts';

const isLinux = process.platform === 'linux';

/** Files of the process may not grow beyond `bytes`: every further write fails with EFBIG. */
function limitFiles(pid: number, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
}

const codeOf = (answer: Answer) => ('problem' in answer ? answer.problem.code : 'ok');
const paymentOf = (answer: Answer) => ('output' in answer ? answer.output : {}) as Payment;

test.runIf(isLinux)(
  'while events cannot be stored nothing is charged and nothing changes, and afterwards all is well',
  async () => {
    const platform = await startPlatformProcess();
    const pay = (key: string) => platform.call('createPayment', paymentInput(key));
    await pay('before');
    const see = () => platform.call('listEvents', { limit: 1000 });
    const events = await see();

    limitFiles(platform.pid(), 0);
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => pay(`k${n}`)));
    expect(new Set(answers.map(codeOf))).toEqual(new Set(['EVENT_STORE_UNAVAILABLE']));
    expect(await see()).toEqual(events);
    expect(platform.outside.charges.size).toBe(1);

    limitFiles(platform.pid(), 'unlimited');
    expect(codeOf(await pay('k0'))).toBe('ok');
    await platform.kill();
    await platform.start();
    const balance = await platform.call('getTrialBalance', { networkId: 'net', currency: 'EUR' });
    expect('output' in balance && (balance.output as TrialBalance).debitsPostedMinor).toBe(2000);
    await platform.close();
  },
  60_000,
);

test.runIf(isLinux)(
  'what was charged while events cannot be stored is processing, and recorded as soon as they can',
  async () => {
    const platform = await startPlatformProcess();
    const pid = platform.pid();
    platform.outside.behave = ({ path }) => {
      if (path[0] === 'providers') limitFiles(pid, 0);
      return 'answer';
    };
    const first = paymentOf(await platform.call('createPayment', paymentInput('k1')));
    expect(first.status).toBe('processing');
    limitFiles(pid, 'unlimited');
    const { paymentId } = first;
    await expect
      .poll(async () => paymentOf(await platform.call('getPayment', { paymentId })).status)
      .toBe('succeeded');
    const again = paymentOf(await platform.call('createPayment', paymentInput('k1')));
    expect(again).toMatchObject({ paymentId, status: 'succeeded' });
    expect(platform.outside.charges.size).toBe(1);
    await platform.close();
  },
  60_000,
);

/** EHR-AUD-03: the log is the tree of RFC 9162 over its entries, and only grows. */
import type {
  AuditPage,
  AuditRoot,
  ConsistencyProof,
  InclusionProof,
} from '../../../spec/records/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { refusedWith } from '../kit/replies.ts';
import { afterAnswers, killInFlight } from '../kit/killInFlight.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { readLog } from './auditEntries.ts';
import type { AuditEntry } from './auditEntries.ts';
import { holdGrown } from './grownLog.ts';
import { leafHash, rootsOf, verifyConsistency, verifyInclusion } from './merkle.ts';
import { worldOf } from './outside.ts';
import { traffic, unansweredTraffic } from './traffic.ts';
import { waitFor } from './waitFor.ts';
import { openWard } from './ward.ts';
import type { Admitted, Person, Ward } from './wardTypes.ts';
import type { RecordsWorld } from './worldQuestions.ts';

const ENTRIES = 90;
const EMPTY_ROOT = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
/** A log never gets so long. */
const TOO_MUCH = 1_000_000_000;
const PAGE = 7;
/** A sink that has an entry within less than that shows it. */
const LAST_TAKEN_MS = 5_000;
/** Sizes and places that trees of other shapes get wrong: powers of two, and what is next to them. */
const SHAPES = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 32, 33, 48, 63, 64];

const rootOfTheExport: Check = {
  id: 'root-of-the-export',
  isolation: 'exclusive',
  async run(context) {
    const ward = openWard(context.session());
    await traffic(ward, ENTRIES);
    const entries = await readLog(ward);
    context.hit('entries', entries.length);
    holdSame(
      entries.map(({ index }) => index),
      entries.map((_, index) => index),
      'The entries of listAudit should count from 0, each index once, in their order.',
    );
    const largest = Math.max(...SHAPES);
    hold(
      entries.length >= largest,
      `${ENTRIES} requests were answered, and listAudit has only ${entries.length} entries.`,
      `${largest} or more`,
      entries.length,
    );
    await holdPaged(ward, entries);

    const leaves = entries.map(({ event }) => leafHash(event));
    const sizes = [...SHAPES, leaves.length - 1, leaves.length];
    const expected = rootsOf(leaves, sizes);
    for (const [at, treeSize] of sizes.entries()) {
      const root = await rootAt(ward, treeSize);
      holdSame(
        root,
        { treeSize, rootHash: expected[at] },
        `The root of size ${treeSize} should be that of the first ${treeSize} entries of listAudit.`,
      );
      context.hit('roots');
    }
    await holdEdges(ward);
  },
};

/** In small pages the log is the same. */
async function holdPaged(ward: Ward, entries: readonly AuditEntry[]): Promise<void> {
  const officer = await ward.officer();
  const paged: AuditEntry[] = [];
  for (let from: number | null = 0; from !== null && paged.length < entries.length;) {
    const asked = { fromIndex: from, limit: PAGE };
    const page: AuditPage = await ward.must<AuditPage>(officer, 'listAudit', asked);
    const { length } = page.entries;
    hold(
      length > 0 && length <= PAGE,
      `A page of at most ${PAGE} entries has ${length}.`,
      PAGE,
      length,
    );
    paged.push(...page.entries);
    from = page.nextIndex;
  }
  holdSame(
    paged.slice(0, entries.length),
    entries,
    `Read in pages of ${PAGE} entries the log should be as in long pages.`,
  );
}

async function holdEdges(ward: Ward): Promise<void> {
  const officer = await ward.officer();
  const ask = (treeSize: number) => ward.ask<AuditRoot>(officer, 'getAuditRoot', { treeSize });
  const empty = await ask(0);
  if (empty.kind === 'ok') {
    holdSame(empty.output.rootHash, EMPTY_ROOT, 'The root of no entry should be SHA-256("").');
  }
  const beyond = await ask(TOO_MUCH);
  refusedWith(
    'getAuditRoot of a size that is not there',
    beyond,
    'NO_SUCH_TREE',
    'INVALID_REQUEST',
  );
}

const inclusionProofs: Check = {
  id: 'inclusion-proofs',
  isolation: 'shared',
  async run(context) {
    const ward = openWard(context.session());
    await traffic(ward, ENTRIES);
    const officer = await ward.officer();
    const { treeSize: now } = await rootAt(ward);
    for (const size of [now, now - 1, 64, 33, 8, 1]) {
      const { rootHash: root } = await rootAt(ward, size);
      for (const index of placesIn(size, context)) {
        await holdIncluded(ward, officer, { index, treeSize: size }, root);
        context.hit('proofs');
      }
    }
    for (const place of [
      { index: 8, treeSize: 8 },
      { index: 0, treeSize: TOO_MUCH },
    ]) {
      const reply = await ward.ask(officer, 'getInclusionProof', place);
      const what = `getInclusionProof with ${JSON.stringify(place)}`;
      refusedWith(what, reply, 'NO_SUCH_TREE', 'INVALID_REQUEST');
    }
  },
};

/** The first, the last, and some between them. */
function placesIn(size: number, { seed }: Pick<CheckContext, 'seed'>): number[] {
  const some = [1, 2, 3, 4, 5, 6].map((each) => (Math.abs(seed) * each + 7 * each) % size);
  return [...new Set([0, size - 1, Math.floor(size / 2), ...some])];
}

async function holdIncluded(
  ward: Ward,
  officer: Person,
  place: { readonly index: number; readonly treeSize: number },
  root: string,
): Promise<void> {
  const { index, treeSize } = place;
  const page = await ward.must<AuditPage>(officer, 'listAudit', { fromIndex: index, limit: 1 });
  const [entry] = page.entries;
  hold(
    entry?.index === index,
    `listAudit from ${index} should begin with the entry ${index} of a log of ${page.treeSize}.`,
    index,
    entry?.index,
  );
  const proof = await ward.must<InclusionProof>(officer, 'getInclusionProof', place);
  const leaf = leafHash(entry.event);
  holdSame(
    { index: proof.index, treeSize: proof.treeSize, leafHash: proof.leafHash },
    { ...place, leafHash: leaf },
    `The inclusion proof of ${index} in ${treeSize} should be of the entry that listAudit has there.`,
  );
  hold(
    verifyInclusion({ index, size: treeSize, leaf, path: proof.path, root }),
    `The inclusion proof of the entry ${index} in the tree of ${treeSize} does not verify by section 2.1.3.2 of RFC 9162.`,
    'a path from the leaf to the root',
    { leaf, path: proof.path, root },
  );
}

const consistencyProofs: Check = {
  id: 'consistency-proofs',
  isolation: 'shared',
  async run(context) {
    const ward = openWard(context.session());
    await traffic(ward, ENTRIES);
    const officer = await ward.officer();
    const { treeSize: now } = await rootAt(ward);
    const sizes = [1, 3, 8, 33, 64, ...placesIn(now - 1, context).slice(2, 4), now];
    const ascending = [...new Set(sizes)].filter((size) => size > 0).sort((a, b) => a - b);
    const roots = new Map<number, string>();
    for (const size of ascending) roots.set(size, (await rootAt(ward, size)).rootHash);
    for (const [at, first] of ascending.entries()) {
      for (const second of ascending.slice(at)) {
        await holdConsistent(ward, officer, [first, second], roots);
        context.hit('proofs');
      }
    }
    for (const sizesAsked of [
      { firstSize: 8, secondSize: 7 },
      { firstSize: 8, secondSize: TOO_MUCH },
    ]) {
      const reply = await ward.ask(officer, 'getConsistencyProof', sizesAsked);
      const what = `getConsistencyProof with ${JSON.stringify(sizesAsked)}`;
      refusedWith(what, reply, 'NO_SUCH_TREE', 'INVALID_REQUEST');
    }
  },
};

async function holdConsistent(
  ward: Ward,
  officer: Person,
  [first, second]: readonly [number, number],
  roots: ReadonlyMap<number, string>,
): Promise<void> {
  const sizes = { firstSize: first, secondSize: second };
  const proof = await ward.must<ConsistencyProof>(officer, 'getConsistencyProof', sizes);
  const { path, ...said } = proof;
  holdSame(said, sizes, 'A consistency proof should be of the sizes that were asked for.');
  const [firstRoot = '', secondRoot = ''] = [roots.get(first), roots.get(second)];
  hold(
    verifyConsistency({ first, second, firstRoot, secondRoot, path }),
    `The consistency proof of ${first} and ${second} does not verify by section 2.1.4.2 of RFC 9162.`,
    'a path that leads to both roots',
    { path, firstRoot, secondRoot },
  );
}

const entriesStay: Check = {
  id: 'entries-stay',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    const { target } = context;
    holdCanRestart(target);
    const ward = openWard(context.session());
    const { world, organizationId } = { world: worldOf(context), ...ward };
    const patient = await traffic(ward, ENTRIES / 2);
    let shown = await readLog(ward);
    const shownRoot = await rootAt(ward);
    const roots = [shownRoot];
    await lastEntryTaken(ward, world, patient);
    const rounds = [
      () => killAndRestart(target),
      () => killInFlight(target, unansweredTraffic(ward, patient), afterAnswers(5)),
      () => killInFlight(target, unansweredTraffic(ward, patient), afterAnswers(1)),
    ];
    for (const killed of rounds) {
      await killed();
      context.hit('kills');
      const entries = await readLog(ward);
      context.hit('compared', holdGrown(shown, entries));
      for (const { treeSize, rootHash } of roots) {
        const { rootHash: later } = await rootAt(ward, treeSize);
        holdSame(
          later,
          rootHash,
          `The root of size ${treeSize} should stay as it was across kills.`,
        );
      }
      const delivered = await world.entries(organizationId);
      for (const { index, event } of delivered) {
        holdSame(
          entries[index]?.event,
          event,
          `The entry ${index} was delivered to a sink, and should stay as it was across kills.`,
        );
      }
      await traffic(ward, ENTRIES / 5, patient);
      shown = await readLog(ward);
      roots.push(await rootAt(ward));
    }
  },
};

/**
 * The log's last entry is then one that was shown: by a sink, for whoever asks the system makes another one. A sink that does not get it
 * in time shows nothing, which is not for this check to judge.
 */
async function lastEntryTaken(
  ward: Ward,
  world: RecordsWorld,
  { patientId, physician, organizationId }: Admitted,
): Promise<void> {
  const { authorization } = physician;
  const requestId = ward.requestId();
  const input = { authorization, requestId, patientId, purpose: 'TREAT' };
  await ward.session.raw('accessRecord', input);
  await waitFor(
    () => world.entries(organizationId),
    (taken) => taken.some(({ event }) => JSON.stringify(event).includes(requestId)),
    LAST_TAKEN_MS,
  );
}

async function rootAt(ward: Ward, treeSize?: number): Promise<AuditRoot> {
  const asked = treeSize === undefined ? {} : { treeSize };
  return ward.must<AuditRoot>(await ward.officer(), 'getAuditRoot', asked);
}

export const merkleLog: readonly Check[] = [
  rootOfTheExport,
  inclusionProofs,
  consistencyProofs,
  entriesStay,
];

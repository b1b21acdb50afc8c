import { expect, test } from 'vitest';
import { tasksThatFail } from '../micro/brokenEngine.ts';

test.each<[task: string, file: string, search: string, replace: string]>([
  [
    'decision on a record of 21 parts: reference',
    'accessController/decide.ts',
    'labels.every((one) => allowed.has(one))',
    'labels.some(() => allowed.has(undefined))',
  ],
  [
    'seal 4 KB',
    'encryptionService/seal.ts',
    'cipher.setAAD(associatedData(place));\n  const ciphertext',
    'const ciphertext',
  ],
  [
    'open 4 KB',
    'encryptionService/seal.ts',
    'decipher.setAuthTag(tag);',
    'return JSON.parse(decipher.update(ciphertext).toString()) as unknown;',
  ],
  [
    'minimise two resources, for research',
    'dataMinimizer/minimise.ts',
    'postalCode.slice(0, 3)',
    'postalCode',
  ],
  [
    'minimise two resources, in full',
    'dataMinimizer/minimise.ts',
    'meta.security = security;',
    '{}',
  ],
  ['log: leaf hash of an entry', 'auditLogger/merkleTree.ts', 'Buffer.of(0x00)', 'Buffer.of(1)'],
  [
    'log: append to the tree',
    'auditLogger/merkleTree.ts',
    'nodeHash(below.at(count - 2), below.at(count - 1))',
    'nodeHash(below.at(count - 1), below.at(count - 2))',
  ],
  [
    'log: inclusion proof, of 100 000 entries',
    'auditLogger/merkleTree.ts',
    '[...inclusionIn(index, middle, end), rangeHash(start, middle)]',
    '[rangeHash(start, middle), ...inclusionIn(index, middle, end)]',
  ],
])('the check of "%s" sees a defect of its engine', (task, file, search, replace) => {
  const failed = tasksThatFail('records', { file: `records/${file}`, search, replace }, task);
  expect(failed.filter((sentence) => sentence.startsWith(`${task}: `))).toHaveLength(1);
});

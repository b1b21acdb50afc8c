/** `npm run types`: writes spec/<case>/messages.d.ts of every case study. */
import { readdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageTypes } from './messageTypes.ts';

const specDir = join(import.meta.dirname, '../../spec');

for (const name of await readdir(specDir)) {
  const caseDir = join(specDir, name);
  if (!existsSync(join(caseDir, 'messages.schema.json'))) continue;
  const file = join(caseDir, 'messages.d.ts');
  await writeFile(file, await messageTypes(caseDir));
  console.log(`wrote spec/${name}/messages.d.ts`);
}

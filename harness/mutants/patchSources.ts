/** Loaded before a module under test (`node --import`): changes one of its sources as it is read. The file itself stays as it is. */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { applyPatch, PATCH_VARIABLE } from './patchedSource.ts';
import type { Patch } from './patchedSource.ts';

const patch = JSON.parse(process.env[PATCH_VARIABLE] ?? 'null') as Patch | null;

if (patch !== null) {
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (url !== patch.url) return loaded;
      const text =
        loaded.source === undefined || loaded.source === null
          ? readFileSync(new URL(url), 'utf8')
          : Buffer.from(loaded.source as Uint8Array | string as string).toString('utf8');
      return { ...loaded, source: applyPatch(text, patch), shortCircuit: true };
    },
  });
}

#!/usr/bin/env node
// What npm installs as `casemark`: the compiled harness where there is one, else the source itself.
import { existsSync } from 'node:fs';

const compiled = new URL('../../dist/harness/cli/main.js', import.meta.url);
await import(existsSync(compiled) ? compiled.href : new URL('./main.ts', import.meta.url).href);

#!/usr/bin/env node
// What npm installs as `casemark`. Types cannot be stripped inside node_modules, so an installed package runs what was compiled; a
// checkout runs its source, whatever may stand in dist/. The compile cache halves the start.
import { enableCompileCache } from 'node:module';

enableCompileCache();
const installed = import.meta.url.includes('/node_modules/');
await import(installed ? '../../dist/harness/cli/main.js' : './main.ts');

/** From what somebody asks to be judged to a case study and the means to start the implementation. */
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { SpecError } from '../contract/specError.ts';
import { openWorld } from '../world/openWorld.ts';
import type { World } from '../world/world.ts';
import type { Implementation } from './implementation.ts';
import { implementationOf, readManifest } from './manifest.ts';
import { implementationAtUrl } from './openUrl.ts';
import type { Binding } from './target.ts';
import { targetFactory } from './targetFactory.ts';
import type { TargetFactory } from './targetFactory.ts';

/** Exactly one of `impl` and `url`. */
export interface TargetChoice {
  /** A folder with a casemark.json, or that file. */
  impl?: string;
  /** A server that is already running. */
  url?: string;
  /** The manifest of that server: without one, only what its control operations show is taken as offered. */
  manifest?: string;
  /** Which of the bindings that the manifest offers. Default: the first. */
  binding?: Binding;
  /** Put before the manifest's command. */
  launchWith?: string[];
  /** Folders with further case studies. */
  root?: string[];
  /** Multiplies every wait. Default 1. */
  patience?: number;
  /** Of 127.0.0.1, for the outside services that casemark plays. Default: any that is free. */
  worldPort?: number;
}

export interface Opened {
  readonly caseStudy: CaseStudy;
  readonly factory: TargetFactory;
  /** Ends what was opened beside the implementation. Safe to call twice. */
  close(): Promise<void>;
}

/** @throws SpecError saying what to give instead */
export async function openImplementation(caseId: string, choice: TargetChoice): Promise<Opened> {
  const caseStudy = loadCaseStudy(caseId, choice.root);
  const implementation = await chooseImplementation(caseStudy, choice);
  const world = await worldFor(caseStudy, choice);
  const factory = targetFactory(caseStudy, implementation, {
    world,
    patience: choice.patience ?? 1,
    ...(choice.launchWith && { launchWith: choice.launchWith }),
  });
  return { caseStudy, factory, close: async () => world?.close() };
}

/** A server that runs already has to know where the outside services are: their port cannot be any that is free. */
async function worldFor(
  caseStudy: CaseStudy,
  { url, worldPort }: TargetChoice,
): Promise<World | undefined> {
  if (!caseStudy.world) return undefined;
  if (url !== undefined && worldPort === undefined) {
    throw new SpecError(
      `${caseStudy.id} calls outside services, which casemark plays: give --world-port N, and start your server so that it calls http://127.0.0.1:N.`,
    );
  }
  return openWorld(caseStudy, worldPort === undefined ? {} : { port: worldPort });
}

async function chooseImplementation(
  caseStudy: CaseStudy,
  { impl, url, manifest, binding }: TargetChoice,
): Promise<Implementation> {
  if (impl !== undefined && url !== undefined) {
    throw new SpecError(
      '--impl and --url exclude each other: one starts the implementation, the other finds it running.',
    );
  }
  if (impl !== undefined)
    return withoutUrl(implementationOf(readManifest(impl), caseStudy, binding));
  if (url === undefined) {
    throw new SpecError(
      'Name what is to be judged: --impl DIR (a folder with a casemark.json) or --url URL.',
    );
  }
  const atUrl = await implementationAtUrl(caseStudy, url);
  if (manifest === undefined) return atUrl;
  const declared = implementationOf(readManifest(manifest), caseStudy, 'http');
  return { ...declared, source: atUrl.source, start: atUrl.start };
}

/** A manifest may name a running server; its address is held to the same form as one from the command line. */
function withoutUrl(implementation: Implementation): Implementation {
  const { start } = implementation;
  if (start.kind !== 'url' || URL.parse(start.url)?.pathname === '/') return implementation;
  throw new SpecError(
    `${implementation.source}: "url" must be a server's address without a path, not ${start.url}.`,
  );
}

/** report.html: a run on one page. Pure: the report and its histograms give it, and nothing else. */
import type { Report } from '../report.ts';
import { availabilitySection } from './availabilitySection.ts';
import { bannerSection } from './bannerSection.ts';
import { conformanceSection } from './conformanceSection.ts';
import { environmentSection, reproduceSection } from './environmentSection.ts';
import { latencySection } from './latencySection.ts';
import { loadSection } from './loadSection.ts';
import { seconds } from './numbers.ts';
import { page } from './page.ts';
import type { Latencies } from './readLatencies.ts';
import { targetsSection } from './targetsSection.ts';
import { timeSection } from './timeSection.ts';

export function runPage(report: Report, latencies: Latencies): string {
  const { case: study, implementation, suiteVersion, startedUtc, durationMs, runId } = report;
  return page({
    title: `${study.title}: ${implementation.name} ${implementation.version}`,
    subtitle: `${study.id} ${study.specVersion}, casemark ${report.verb}, ${startedUtc.slice(0, 16).replace('T', ' ')} UTC, ${durationMs === null ? 'cut short' : `took ${seconds(durationMs)}`}`,
    banner: bannerSection(report),
    sections: [
      { id: 'conformance', title: 'Conformance', body: conformanceSection(report) },
      { id: 'targets', title: 'Targets', body: targetsSection(report) },
      { id: 'latency', title: 'Latency', body: latencySection(report, latencies) },
      { id: 'load', title: 'Load and knee', body: loadSection(report) },
      { id: 'time', title: 'Second by second', body: timeSection(report, latencies) },
      { id: 'availability', title: 'Availability', body: availabilitySection(report) },
      { id: 'environment', title: 'Environment', body: environmentSection(report) },
      { id: 'reproduce', title: 'Reproduce', body: reproduceSection(report) },
    ],
    footer: `Made by casemark ${suiteVersion} from events.ndjson of run ${runId}. This page asks nobody for anything.`,
  });
}

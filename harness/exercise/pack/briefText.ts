/** README.md of a pack: what is asked, in Markdown. */
import type { CaseStudy, Clause, Requirement } from '../../contract/caseStudy.ts';
import { readLevels } from '../levels.ts';
import type { Exercise, Level } from '../levels.ts';
import type { Language } from './languages.ts';

/** @param examples how many conversations of the contract the pack has */
export function briefText(
  caseStudy: CaseStudy,
  exercise: Exercise,
  language: Language,
  examples: number,
): string {
  const { own, level, visible } = exercise;
  const levels = readLevels(caseStudy).slice(0, level);
  const parts = [
    `# ${caseStudy.title}, level ${level}: ${own.title}`,
    `${own.goal} ${timeText(levels)}`,
    ...levelsBefore(levels),
    `## The one command\n\n\`\`\`sh\n./try\n\`\`\`\n\nIt ${language.build ? 'builds and ' : ''}starts what is in \`${language.startsIn}\`, and tells which requirement fails first, with the conversation that shows it. \`./try --watch\` does it again whenever you save a file. You need ${language.needs}.`,
    `## What to read\n\n- This page: what this level asks.\n- \`PROTOCOL.md\`: how requests come and replies go, one JSON object a line.\n- \`contract/\`: the shape of every message (\`messages.schema.json\`), every error code (\`errors.json\`), the operations (\`openrpc.json\`)${examples > 0 ? ', whole conversations (`examples/`)' : ''}.\n- \`CASE.md\`: the whole case study. Wherever this page is short, it holds. Data files that it names are in \`contract/\`; of its requirements you need those below.`,
    `## The operations\n\n${operations(caseStudy, exercise)}`,
    `## The requirements\n\nMarked **try** are those that \`./try\` runs. All of them are marked, with inputs that you have not seen. Best done in this order: ${visible.map((ref) => `\`${ref}\``).join(', ')}.\n\n${requirements(caseStudy, exercise)}`,
    `## Hints\n\nEach gives away more than the one before it.\n\n${hints(levels)}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function operations(caseStudy: CaseStudy, { operations: names, own }: Exercise): string {
  const rows = names.map((name) => {
    const operation = caseStudy.operations.get(name);
    const stream = caseStudy.streams.get(name);
    const what = operation
      ? `\`${operation.request.name}\` → \`${operation.response.name}\``
      : `stream: \`${stream!.request.name}\` → many \`${stream!.message.name}\`${stream!.send ? `, takes \`${stream!.send.name}\`` : ''}`;
    const isNew = own.operations.includes(name) ? 'new' : '';
    return `| \`${name}\` | ${what} | ${cell((operation ?? stream)!.summary)} | ${isNew} |`;
  });
  return ['| name | messages | what it does | |', '|---|---|---|---|', ...rows].join('\n');
}

function requirements(caseStudy: CaseStudy, exercise: Exercise): string {
  const asked = caseStudy.requirements.flatMap((requirement) => {
    const clauses = requirement.clauses.filter(({ key }) =>
      exercise.clauses.has(`${requirement.id}.${key}`),
    );
    return clauses.length === 0 ? [] : [{ requirement, clauses }];
  });
  return asked
    .map(({ requirement, clauses }) => requirementText(requirement, clauses, exercise))
    .join('\n\n');
}

function requirementText(
  { id, title, statement, level }: Requirement,
  clauses: readonly Clause[],
  { visible }: Exercise,
): string {
  const lines = clauses.flatMap(({ key, statement: sentence, freedoms }) => [
    `- \`${id}.${key}\`${visible.includes(`${id}.${key}`) ? ' **try**' : ''} ${sentence}`,
    ...freedoms.map((freedom) => `  - You are free: ${freedom}.`),
  ]);
  return [`### ${id} ${title} (${level})`, '', statement, '', ...lines].join('\n');
}

/** A starter has none of the levels before: whoever did them brings the code along. */
function timeText(levels: readonly Level[]): string {
  const minutes = levels.map((each) => each.minutes);
  const own = minutes.at(-1)!;
  if (levels.length === 1) return `About ${own} minutes.`;
  const all = minutes.reduce((sum, each) => sum + each, 0);
  return `About ${own} minutes, once the levels before it are done; about ${all} from the start.`;
}

function levelsBefore(levels: readonly Level[]): string[] {
  const before = levels.slice(0, -1).map(({ title, goal }, at) => `${at + 1}. ${title}: ${goal}`);
  if (before.length === 0) return [];
  return [
    `## The levels before it\n\nThis level stands on them and is marked together with them. If you have solved them, copy your code over the starter.\n\n${before.join('\n')}`,
  ];
}

/** This level's, and then those of the levels before it. */
function hints(levels: readonly Level[]): string {
  return levels
    .map((level, at) => ({ ...level, number: at + 1 }))
    .toReversed()
    .map(({ title, number, hints: own }, at) =>
      [
        ...(at === 0 ? [] : [`### Of level ${number}: ${title}`]),
        ...own.map((text, index) => hint(text, index)),
      ].join('\n\n'),
    )
    .join('\n\n');
}

function hint(text: string, index: number): string {
  return `<details><summary>Hint ${index + 1}</summary>\n\n${text}\n\n</details>`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

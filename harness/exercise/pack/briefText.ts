/** README.md of a pack: what is asked, in Markdown. */
import type { CaseStudy, Clause, Requirement } from '../../contract/caseStudy.ts';
import type { Exercise } from '../levels.ts';
import type { Language } from './languages.ts';

export function briefText(caseStudy: CaseStudy, exercise: Exercise, language: Language): string {
  const { own, level } = exercise;
  const parts = [
    `# ${caseStudy.title}, level ${level}: ${own.title}`,
    `${own.goal} About ${own.minutes} minutes, once the levels before it are done.`,
    `## The one command\n\n\`\`\`sh\n./try\n\`\`\`\n\nIt ${language.build ? 'builds and ' : ''}starts what is in \`${language.startsIn}\`, and tells which requirement fails first, with the conversation that shows it. \`./try --watch\` does it again whenever you save a file. You need ${language.needs}.`,
    `## What to read\n\n- This page: what this level asks.\n- \`PROTOCOL.md\`: how requests come and replies go, one JSON object a line.\n- \`contract/\`: the shape of every message (\`messages.schema.json\`), every error code (\`errors.json\`), the operations (\`openrpc.json\`)${'' /* examples are told of where there are any */}.\n- \`CASE.md\`: the whole case study. Wherever this page is short, it holds.`,
    `## The operations\n\n${operations(caseStudy, exercise)}`,
    `## The requirements\n\nMarked **try** are those that \`./try\` runs. All of them are marked, with inputs that you have not seen.\n\n${requirements(caseStudy, exercise)}`,
    `## Hints\n\nEach gives away more than the one before it.\n\n${own.hints.map(hint).join('\n\n')}`,
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

function hint(text: string, index: number): string {
  return `<details><summary>Hint ${index + 1}</summary>\n\n${text}\n\n</details>`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

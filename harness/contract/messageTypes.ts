/**
 * The TypeScript types of a case study's messages, derived from its messages.schema.json. Committed beside the schema as
 * messages.d.ts, so that implementers can import them; a test keeps the two equal.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compile } from 'json-schema-to-typescript';

const BANNER = `/* Made from messages.schema.json by \`npm run types\`: change the schema, not this file. */`;

/** The text of messages.d.ts for the case study in `caseDir`. */
export async function messageTypes(caseDir: string): Promise<string> {
  const schema = JSON.parse(await readFile(join(caseDir, 'messages.schema.json'), 'utf8'));
  const types = await compile(
    { ...schema, title: 'Messages', type: 'object', additionalProperties: false },
    'Messages',
    {
      bannerComment: BANNER,
      unreachableDefinitions: true,
      additionalProperties: false,
      // A bounded list would else become a union of one tuple for each length, which nobody reads.
      ignoreMinAndMaxItems: true,
      format: true,
      style: { printWidth: 100, singleQuote: true },
    },
  );
  return withoutCrossReferences(types);
}

/** The generator says of every definition that the root refers to it: noise in a file that people read. */
function withoutCrossReferences(types: string): string {
  return types
    .replace(
      /\n \*\n \* This interface was referenced by `Messages`'s JSON-Schema\n \* via the `definition` "\w+"\./g,
      '',
    )
    .replace(
      /\/\*\*\n \* This interface was referenced by `Messages`'s JSON-Schema\n \* via the `definition` "\w+"\.\n \*\/\n/g,
      '',
    );
}

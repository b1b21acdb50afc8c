/** A case with a world that is only there to test what serves worlds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpMethod, WorldOperation } from '../../contract/caseStudy.ts';
import { compileMessages } from '../../contract/compileMessages.ts';
import type { JsonObject } from '../../target/target.ts';
import type { WorldCase } from '../world.ts';

const file = join(import.meta.dirname, 'world.schema.json');
const message = compileMessages(JSON.parse(readFileSync(file, 'utf8')) as JsonObject, file);

const operations: WorldOperation[] = [
  operation('greet', 'POST', '/people/{name}/greetings', 'Greet'),
  operation('find', 'GET', '/people/{name}', 'Find'),
];

export const echoCase: WorldCase = {
  id: 'echo',
  dir: import.meta.dirname,
  world: {
    operations: new Map(operations.map((each) => [each.id, each])),
    simulatorsFile: join(import.meta.dirname, 'echoSimulators.ts'),
  },
};

function operation(id: string, method: HttpMethod, path: string, request: string): WorldOperation {
  return {
    id,
    summary: id,
    http: { method, path },
    request: message(request),
    response: message('Anything'),
  };
}

/** The paths of the commands of all domains. */
import type { AnyDomain } from '../../core/domain.ts';
import { json, problems } from './answers.ts';
import { integer, type Json, object, schemaOf } from './json-schema.ts';

const idempotency = {
  name: 'Idempotency-Key',
  in: 'header',
  schema: { type: 'string', maxLength: 200 },
  description: 'The same key again has no second effect and gets the same answer, for 24 h.',
};

export function commandPaths(domains: readonly AnyDomain[]): Json {
  const commands = domains.flatMap(({ name, commands: own }) =>
    Object.entries(own).map(([command, { input }]) => ({ name, command, input })),
  );
  return Object.fromEntries(
    commands.map(({ name, command, input }) => [
      `/api/commands/${name}/${command}`,
      {
        post: {
          operationId: `${name}.${command}`,
          tags: [name],
          security: [{ user: [] }],
          parameters: [idempotency],
          requestBody: { required: true, ...json(schemaOf(input)) },
          responses: {
            200: { description: 'Done, once.', ...json(object({ result: {}, rev: integer }, [])) },
            ...problems(
              'bad_request',
              'unauthorized',
              'forbidden',
              'not_found',
              'conflict',
              'invalid_input',
              'rate_limited',
              'internal',
            ),
          },
        },
      },
    ]),
  );
}

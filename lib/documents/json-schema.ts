/** The small words of JSON Schema that the documents are written in. */
import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';

export type Json = Record<string, unknown>;

export const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
export const integer: Json = { type: 'integer', minimum: 0 };
export const text: Json = { type: 'string' };
export const object = (properties: Json, required: readonly string[] = Object.keys(properties)): Json => ({
  type: 'object',
  properties,
  required: [...required],
});

/** A schema as JSON Schema. Checks that only code can make (one date after another) are left to the server. */
export function schemaOf(schema: GenericSchema): Json {
  const { $schema: _version, ...json } = toJsonSchema(schema, {
    errorMode: 'ignore',
    typeMode: 'input',
  }) as Json;
  return json;
}

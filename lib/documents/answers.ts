/** The bodies of calls and their answers, as OpenAPI says them. */
import { codes } from '../../core/codes.ts';
import { type Json, ref } from './json-schema.ts';

export const json = (schema: Json): Json => ({ content: { 'application/json': { schema } } });

/** The problem answers of a call, by the codes that it can give. */
export function problems(...given: (keyof typeof codes)[]): Json {
  const byStatus = Map.groupBy(given, (code) => codes[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, those]) => [
      String(status),
      {
        description: those.map((code) => `${code}: ${codes[code].title}`).join('; '),
        content: { 'application/problem+json': { schema: ref('Problem') } },
      },
    ]),
  );
}

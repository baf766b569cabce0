/** The document of the HTTP interface, from the definitions that the functions check by: OpenAPI 3.1. */
import type { AnyDomain } from '../../core/domain.ts';
import { commandPaths } from './command-paths.ts';
import { groupPaths } from './group-paths.ts';
import { integer, type Json, object, ref, text } from './json-schema.ts';
import { peoplePaths } from './people-paths.ts';
import { pulsePath, pulses } from './pulse-path.ts';
import { sharedSchemas } from './shared-schemas.ts';

/** The HTTP interface of the domains as an OpenAPI 3.1 document. `version` is that of the deployed package. */
export function openApi(domains: readonly AnyDomain[], version: string): Json {
  return {
    openapi: '3.1.0',
    info: { title: 'Pulsecast', version, description: 'Live data over WebSocket is in asyncapi.json.' },
    components: {
      securitySchemes: {
        user: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'Access token of the issuer.',
        },
        device: { type: 'http', scheme: 'bearer', description: 'Device key.' },
      },
      schemas: {
        ...sharedSchemas(domains),
        Pulses: pulses(),
        Problem: {
          ...object({ type: text, title: text, status: integer, code: ref('Code') }),
          description: 'RFC 9457.',
          additionalProperties: true,
        },
      },
    },
    paths: { ...pulsePath, ...commandPaths(domains), ...groupPaths, ...peoplePaths },
  };
}

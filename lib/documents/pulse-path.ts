/** The path to which machines post their pulses. */
import { pulseBatch } from '../../core/pulses.ts';
import { json, problems } from './answers.ts';
import { integer, type Json, object, ref, schemaOf } from './json-schema.ts';

/** For devices. */
export const pulsePath: Json = {
  '/api/pulses': {
    post: {
      operationId: 'postPulses',
      security: [{ device: [] }],
      requestBody: { required: true, ...json(ref('Pulses')) },
      responses: {
        202: {
          description: 'Counted, each pulse once.',
          ...json(object({ accepted: integer, duplicates: integer, nextSeq: integer })),
        },
        ...problems(
          'bad_request',
          'unauthorized',
          'forbidden',
          'sequence_gap',
          'invalid_input',
          'rate_limited',
          'internal',
        ),
      },
    },
  },
};

/** The batch of pulses, without the bounds of `at`, which move with the time of arrival. */
export function pulses(): Json {
  const schema = schemaOf(pulseBatch(0)) as {
    properties: { pulses: { items: { properties: { at: Json } } } };
  };
  const { at } = schema.properties.pulses.items.properties;
  schema.properties.pulses.items.properties.at = {
    type: at.type,
    description: 'Epoch milliseconds; at most 5 minutes ahead and 30 days back.',
  };
  return schema;
}

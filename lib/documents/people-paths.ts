/** The paths of people: what an admin tells all, tickets and sessions, who asks. */
import { announcement } from '../../core/announcement.ts';
import { json, problems } from './answers.ts';
import { integer, type Json, object, schemaOf, text } from './json-schema.ts';

/** For signed-in users. */
export const peoplePaths: Json = {
  '/api/announcements': {
    post: {
      operationId: 'announce',
      security: [{ user: [] }],
      requestBody: { required: true, ...json(schemaOf(announcement)) },
      responses: {
        200: {
          description: 'Shown in so many groups. For the role `admin`.',
          ...json(object({ groups: integer })),
        },
        ...problems('unauthorized', 'forbidden', 'unknown_group', 'invalid_input', 'internal'),
      },
    },
  },
  '/api/tickets': {
    post: {
      operationId: 'makeTicket',
      security: [{ user: [] }],
      responses: {
        200: {
          description: 'Opens one socket within 30 s, as `?ticket=`.',
          ...json(object({ ticket: text, expiresAt: { type: 'string', format: 'date-time' } })),
        },
        ...problems('unauthorized', 'rate_limited', 'internal'),
      },
    },
  },
  '/api/logout': {
    post: {
      operationId: 'logout',
      security: [{ user: [] }],
      responses: {
        200: {
          description: 'The session of the token has ended, with so many sockets.',
          ...json(object({ ended: { type: 'integer' } })),
        },
        ...problems('unauthorized', 'internal'),
      },
    },
  },
  '/api/sessions/revoke': {
    post: {
      operationId: 'revokeSessions',
      security: [{ user: [] }],
      requestBody: { required: true, ...json(object({ sub: text })) },
      responses: {
        200: {
          description: 'For admins. All tokens of the user are refused, and so many sockets have ended.',
          ...json(object({ ended: { type: 'integer' } })),
        },
        ...problems('unauthorized', 'forbidden', 'invalid_input', 'internal'),
      },
    },
  },
  '/api/me': {
    get: {
      operationId: 'me',
      security: [{ user: [] }],
      responses: {
        200: {
          description: 'Who asks, and which domains are on.',
          ...json(
            object({
              principal: object({ kind: text, sub: text, name: text }, ['kind', 'sub']),
              roles: { type: 'array', items: text },
              units: { type: 'array', items: text },
              domains: { type: 'array', items: text },
            }),
          ),
        },
        ...problems('unauthorized', 'internal'),
      },
    },
  },
};

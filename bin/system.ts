/**
 * The whole system on this machine: the local cloud running the synthesized template, and the issuer beside it. What
 * `npm start`, the tests and the benches start.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Cloud, type CloudOptions, startCloud } from '../local/cloud.ts';
import { createIssuer, type Issuer, type LocalUser } from '../local/issuer/issuer.ts';
import { demoUsers } from './demo/users.ts';

export interface SystemOptions extends Omit<CloudOptions, 'mounts' | 'parameters' | 'data'> {
  /** Folder that keeps tables, content and sessions over restarts; undefined keeps nothing. */
  data?: string | undefined;
  /** Life of an access token in seconds. @default 900 */
  accessTokenSeconds?: number;
  /** Who can sign in. @default the demo users */
  users?: readonly LocalUser[];
}

export interface System {
  /** `http://localhost:PORT` */
  origin: string;
  cloud: Cloud;
  close(): Promise<void>;
}

/** The client and audience of the issuer, as the template's parameters name them. */
const clientId = 'pulsecast-web';
const audience = 'pulsecast';

export async function startSystem({
  data,
  accessTokenSeconds,
  users = demoUsers,
  ...options
}: SystemOptions): Promise<System> {
  if (data !== undefined) mkdirSync(data, { recursive: true });
  let issuer: Issuer | undefined;
  const cloud = await startCloud({
    ...options,
    ...(data === undefined ? { memory: true } : { data }),
    parameters: { Issuer: '{origin}/auth', Audience: audience, TokenInQuery: 'on' },
    mounts: [
      {
        prefix: '/auth',
        handler: (request, response) => {
          if (issuer === undefined) response.writeHead(503).end();
          else issuer.handler(request, response);
        },
      },
    ],
  });
  const { origin } = cloud;
  issuer = await createIssuer({
    issuer: `${origin}/auth`,
    users,
    clientId,
    redirectUris: [`${origin}/`, `${origin.replace('localhost', '127.0.0.1')}/`],
    audience,
    file: data === undefined ? ':memory:' : join(data, 'issuer.sqlite'),
    ...(accessTokenSeconds === undefined ? {} : { accessTokenSeconds }),
  });
  return {
    origin,
    cloud,
    async close() {
      await cloud.close();
      issuer.close();
    },
  };
}

/** Forgets everything that a data folder holds. */
export function resetData(data: string): void {
  rmSync(data, { recursive: true, force: true });
}

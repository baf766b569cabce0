/** The system that runs are made on: the local cloud with the synthesized app, and an issuer that knows everybody. */
import { type Cloud, startCloud } from '../../local/cloud.ts';
import { systemAssembly } from '../support/system.ts';
import { audience, createTokenIssuer, type Identity } from './issuer.ts';

export interface World {
  origin: string;
  cloud: Cloud;
  token(identity: Identity): Promise<string>;
  /** Stream records that were given up since the last look: by design their events reach nobody. */
  givenUp(): string[];
  close(): Promise<void>;
}

/** Waits of the cloud (retries, sweeps, idle times) pass this much faster. */
const timeScale = 20;

export async function startWorld(assembly: string = systemAssembly()): Promise<World> {
  const issuer = await createTokenIssuer();
  const lines: string[] = [];
  const cloud = await startCloud({
    assembly,
    port: 0,
    memory: true,
    timeScale,
    parameters: { Issuer: '{origin}/auth', Audience: audience, TokenInQuery: 'on' },
    mounts: [issuer.mount],
    log: ({ line }) => {
      if (line.includes('given up')) lines.push(line);
    },
  });
  return {
    origin: cloud.origin,
    cloud,
    token: (identity) => issuer.token(cloud.origin, identity),
    givenUp: () => lines.splice(0),
    close: () => cloud.close(),
  };
}

/** Which access key belongs to which function, so that a signed request tells who made it. */
import { createHash } from 'node:crypto';
import type { Assembly, Caller } from '../ports.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').toUpperCase();

/**
 * A function's temporary credentials, the same at every start. Signatures are not verified (the local cloud trusts its
 * own machine); the key id alone tells the caller.
 */
export function credentialsFor(functionName: string): Credentials {
  return {
    accessKeyId: `ASIA${digest(`id/${functionName}`).slice(0, 16)}`,
    secretAccessKey: digest(`secret/${functionName}`).slice(0, 40),
    sessionToken: digest(`token/${functionName}`),
  };
}

/**
 * Reads a SigV4 `Authorization` header. An unknown key, another scheme or no header at all is an administrator from
 * outside: a caller without a role, whose calls are not checked.
 */
export function createCallerOf(assembly: Assembly): (authorization: string | undefined) => Caller {
  const callers = new Map<string, Caller>();
  for (const { physicalId, properties } of assembly.ofType('AWS::Lambda::Function')) {
    callers.set(credentialsFor(physicalId).accessKeyId, {
      roleArn: String(properties.Role),
      functionName: physicalId,
    });
  }
  return (authorization) => {
    const keyId = /^AWS4-HMAC-SHA256 Credential=([^/]+)\//.exec(authorization ?? '')?.[1];
    return callers.get(keyId ?? '') ?? {};
  };
}

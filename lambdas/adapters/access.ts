/**
 * Device keys and tickets: pk `kind`, sk `id` = sha256 of the secret. The secret itself is never stored; looking up its
 * hash gives nothing away by its timing.
 */
import { createHash } from 'node:crypto';
import type { Db } from './dynamo.ts';
import type { Credential } from './jwks.ts';

export interface DeviceKey {
  device: string;
  /** The machines that the key may post for; undefined for all. */
  machines?: readonly string[];
  /** Epoch ms. */
  createdAt: number;
  createdBy: string;
  /** Epoch ms. */
  revokedAt?: number;
}

/** How long a ticket may be used, in seconds. */
export const ticketSeconds = 30;

export interface Access {
  /** The key behind a secret, revoked or not. */
  deviceKey(secret: string): Promise<DeviceKey | undefined>;
  addDeviceKey(secret: string, key: DeviceKey): Promise<void>;
  deviceKeys(): Promise<DeviceKey[]>;
  /** Revokes all keys of a device; how many there were. */
  revokeDevice(device: string, now: number): Promise<number>;
  /** Keeps a ticket for the credential that it was got with, and no longer than that; when it expires, in epoch seconds. */
  addTicket(secret: string, ticket: Credential, now: number): Promise<number>;
  /** Takes a ticket, once; undefined when it was used, has expired or never was. */
  takeTicket(secret: string, now: number): Promise<Credential | undefined>;
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

export function createAccess(db: Db, table: string): Access {
  const rows = async () =>
    (await db.all({
      table,
      key: { expression: '#kind = :kind', names: { '#kind': 'kind' }, values: { ':kind': 'device' } },
    })) as unknown as (DeviceKey & { kind: string; id: string })[];
  return {
    async deviceKey(secret) {
      return (await db.get(table, { kind: 'device', id: hashOf(secret) })) as DeviceKey | undefined;
    },
    async addDeviceKey(secret, key) {
      await db.write({ table, put: { kind: 'device', id: hashOf(secret), ...key } });
    },
    async deviceKeys() {
      return (await rows()).map(({ kind: _kind, id: _id, ...key }) => key);
    },
    async revokeDevice(device, now) {
      const live = (await rows()).filter((row) => row.device === device && row.revokedAt === undefined);
      await Promise.all(
        live.map(({ kind, id }) =>
          db.write({
            table,
            update: { kind, id },
            set: {
              expression: 'SET #revokedAt = :now',
              names: { '#revokedAt': 'revokedAt' },
              values: { ':now': now },
            },
          }),
        ),
      );
      return live.length;
    },
    async addTicket(secret, ticket, now) {
      const expiresAt = Math.floor(Math.min(now + ticketSeconds * 1000, ticket.expiresAt) / 1000);
      await db.write({ table, put: { kind: 'ticket', id: hashOf(secret), credential: ticket, expiresAt } });
      return expiresAt;
    },
    async takeTicket(secret, now) {
      const taken = await db.write({
        table,
        remove: { kind: 'ticket', id: hashOf(secret) },
        condition: {
          expression: '#expiresAt > :now',
          names: { '#expiresAt': 'expiresAt' },
          values: { ':now': Math.floor(now / 1000) },
        },
      });
      if (taken === false || taken === undefined) return undefined;
      return taken.credential as Credential;
    },
  };
}

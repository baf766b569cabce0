/**
 * Where the local issuer keeps sessions, grants and refresh tokens, so that signed-in pages stay signed in over a
 * restart. SQLite (Node's own) writes through: a killed process loses nothing.
 */
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

export interface IssuerStore {
  adapter: AdapterFactory;
  /** The signing key and the cookie key, made at the first start. */
  secrets(): Promise<{ jwks: { keys: JWK[] }; cookieKeys: string[] }>;
  close(): void;
}

/** @param file path of the database file; `:memory:` keeps nothing. @param now epoch milliseconds. */
export function openIssuerStore(file: string, now: () => number = Date.now): IssuerStore {
  const database = new DatabaseSync(file);
  database.exec(`
    create table if not exists payload (
      model text, id text, body text not null, expires integer, grant_id text, uid text,
      primary key (model, id)
    );
    create index if not exists payload_grant on payload (grant_id);
    create index if not exists payload_uid on payload (model, uid);
    create table if not exists secret (name text primary key, body text not null);
  `);
  const put = database.prepare('insert or replace into payload values (?, ?, ?, ?, ?, ?)');
  const byId = database.prepare('select body, expires from payload where model = ? and id = ?');
  const byUid = database.prepare('select body, expires from payload where model = ? and uid = ?');
  const remove = database.prepare('delete from payload where model = ? and id = ?');
  const removeGrant = database.prepare('delete from payload where grant_id = ?');
  const removeExpired = database.prepare('delete from payload where expires < ?');
  removeExpired.run(now());

  const read = (row: Record<string, unknown> | undefined): AdapterPayload | undefined => {
    if (row === undefined || (typeof row.expires === 'number' && row.expires < now())) return undefined;
    return JSON.parse(String(row.body)) as AdapterPayload;
  };

  const adapter = (model: string): Adapter => ({
    async upsert(id, payload, expiresIn) {
      const expires = expiresIn ? now() + expiresIn * 1000 : null;
      put.run(model, id, JSON.stringify(payload), expires, payload.grantId ?? null, payload.uid ?? null);
    },
    find: async (id) => read(byId.get(model, id)),
    findByUid: async (uid) => read(byUid.get(model, uid)),
    // The device flow is off, so no user code is ever stored.
    findByUserCode: async () => undefined,
    async consume(id) {
      const row = byId.get(model, id);
      const payload = read(row);
      if (payload === undefined) return;
      const consumed = JSON.stringify({ ...payload, consumed: Math.floor(now() / 1000) });
      put.run(
        model,
        id,
        consumed,
        (row?.expires as number | null) ?? null,
        payload.grantId ?? null,
        payload.uid ?? null,
      );
    },
    async destroy(id) {
      remove.run(model, id);
    },
    async revokeByGrantId(grantId) {
      removeGrant.run(grantId);
    },
  });

  async function secret(name: string, make: () => Promise<string>): Promise<string> {
    const row = database.prepare('select body from secret where name = ?').get(name);
    if (row !== undefined) return String(row.body);
    const body = await make();
    database.prepare('insert into secret values (?, ?)').run(name, body);
    return body;
  }

  return {
    adapter,
    async secrets() {
      const key = await secret('signing key', async () => {
        const { privateKey } = await generateKeyPair('ES256', { extractable: true });
        const kid = randomBytes(8).toString('hex');
        return JSON.stringify({ ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' });
      });
      const cookieKey = await secret('cookie key', async () => randomBytes(32).toString('base64url'));
      return { jwks: { keys: [JSON.parse(key) as JWK] }, cookieKeys: [cookieKey] };
    },
    close: () => database.close(),
  };
}

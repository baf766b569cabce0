/**
 * What the suite runs against: the address in PULSECAST_URL, or else a local cloud of its own. A deployed stack needs
 * tokens in PULSECAST_TOKEN_ADMIN, _SHIFT_LEAD, _OPERATOR and _COOK; with one of them the issuer is not asked for the
 * others, and a test that needs one that is missing is skipped. `main.ts` sets all of this from its options.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { TestRunner } from 'vitest';
import { ApiProblem, apiOf } from '../../bin/api.ts';
import { signIn, siteConfig } from '../../bin/sign-in.ts';
import { connect, type TestSocket } from '../support/socket.ts';
import { startTestSystem } from '../support/system.ts';
import { tokenVariable, type User, users } from './users.ts';

export interface Target {
  origin: string;
  live: string;
  /** Whether tokens in the query are switched on; undefined for a stack that we do not know so well. */
  tokenInQuery: boolean | undefined;
  /** Skips the test that asks when there is no token of that user. */
  token(user: User): Promise<string>;
  /** A token of a sign-in of its own. Skips the test that asks when the issuer cannot be asked by name. */
  signIn(user: User): Promise<string>;
  /** A socket of a user, or anonymous. */
  socket(user?: User): Promise<TestSocket>;
  /** A new line of its own with machines, so that nothing else moves it. */
  line(machines: number): Promise<{ line: string; group: string; machines: string[]; key: string }>;
  pulses(key: string, machineId: string, firstSeq: number, count: number): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** Whether the suite runs against a local cloud that was started for it, and may start another. */
export const ownCloud = process.env.PULSECAST_URL === undefined || process.env.PULSECAST_OWN_CLOUD === 'yes';

export const short = () => randomBytes(4).toString('hex');

/** The code of a refused call, with its status. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ status: number; code: unknown; problem: Record<string, unknown> }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiProblem)
      return { status: error.status, code: error.problem.code, problem: error.problem };
    throw error;
  }
  throw new Error('The call was not refused.');
}

/** Makes a call, and makes it again for as long as the user's rate limit refuses it. */
export async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 429) throw error;
      await pause(Number(error.problem.retryAfterMs ?? 1000));
    }
  }
}

/** The site that the tests' lines belong to, unless it is there. */
async function addSite(origin: string, token: string): Promise<void> {
  const call = apiOf(origin, token).call('POST', 'commands/factory/add-site', {
    site: 'mill',
    title: 'Mill',
  });
  await call.catch((error: unknown) => {
    if (!(error instanceof ApiProblem) || error.status !== 409) throw error;
  });
}

export async function openTarget(): Promise<Target> {
  const given = process.env.PULSECAST_URL;
  const system = given === undefined ? await startTestSystem() : undefined;
  const origin = given ?? system?.origin ?? '';
  const config = await siteConfig(origin);
  const live = new URL(config.live, origin.replace(/^http/, 'ws')).href;
  const tokens = new Map<User, Promise<string>>();
  const sockets: TestSocket[] = [];

  const asked = !users.some((user) => process.env[tokenVariable(user)]);
  const token = (user: User) => {
    const own = process.env[tokenVariable(user)];
    if (!asked && !own) {
      const words = `no token of ${user} was given`;
      TestRunner.getCurrentTest()?.context.skip(words);
      throw new Error(words);
    }
    const known = tokens.get(user) ?? (own ? Promise.resolve(own) : signIn(origin, user));
    tokens.set(user, known);
    return known;
  };

  const socket = async (user?: User) => {
    const protocols = ['pulsecast.v1', ...(user === undefined ? [] : [`jwt.${await token(user)}`])];
    const opened = await connect(live, protocols);
    sockets.push(opened);
    return opened;
  };

  if (given !== undefined) await addSite(origin, await token('admin'));
  return {
    origin,
    live,
    tokenInQuery: ownCloud || undefined,
    token,
    signIn: async (user) => {
      if (asked) return signIn(origin, user);
      const words = 'tokens were given, and the issuer is not asked for others';
      TestRunner.getCurrentTest()?.context.skip(words);
      throw new Error(words);
    },
    socket,
    async line(count) {
      const admin = apiOf(origin, await token('admin'));
      const line = `t-${short()}`;
      const group = `factory/line/${line}`;
      const machines = Array.from({ length: count }, (_, index) => `m-${line}-${index + 1}`);
      const watcher = await socket('admin');
      await watcher.subscribe(group);
      await admin.call('POST', 'commands/factory/add-line', { site: 'mill', line, title: `Test ${line}` });
      for (const machine of machines) {
        await admin.call('POST', 'commands/factory/add-machine', { line, machine, title: machine });
      }
      const { key } = await admin.call<{ key: string }>('POST', 'devices', { device: `d-${line}`, machines });
      // Until the last of it has been pushed, the group still moves.
      const pushed = () =>
        watcher.frames
          .flatMap((frame) => (frame.type === 'events' ? frame.groups : []))
          .flatMap(({ events }) => events);
      await watcher.until(
        () =>
          machines.every((machine) => pushed().some((event) => event.key === machine)) &&
          pushed().some(
            (event) => event.key === line && (event.data as { machines: string[] }).machines.length === count,
          ),
      );
      await watcher.close();
      return { line, group, machines, key };
    },
    pulses: (key, machineId, firstSeq, count) => {
      const at = Date.now() - count;
      const pulses = Array.from({ length: count }, (_, index) => ({ at: at + index, count: 1 }));
      return apiOf(origin, key).call('POST', 'pulses', { machineId, firstSeq, pulses });
    },
    async close() {
      await Promise.all(sockets.map((each) => each.close()));
      await system?.close();
    },
  };
}

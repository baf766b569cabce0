/**
 * What the suite runs against: the address in PULSECAST_URL, or else a local cloud of its own. A deployed stack needs
 * tokens in PULSECAST_TOKEN_ADMIN, _SHIFT_LEAD, _OPERATOR and _COOK, with the roles and units of the demo users.
 */
import { randomBytes } from 'node:crypto';
import { ApiProblem, apiOf } from '../../bin/api.ts';
import { signIn, siteConfig } from '../../bin/sign-in.ts';
import { connect, type TestSocket } from '../support/socket.ts';
import { startTestSystem } from '../support/system.ts';

export type User = 'admin' | 'shift-lead' | 'operator' | 'cook';

export interface Target {
  origin: string;
  live: string;
  /** False for a stack that does not take tokens in the query. */
  tokenInQuery: boolean;
  token(user: User): Promise<string>;
  /** A socket of a user, or anonymous. */
  socket(user?: User): Promise<TestSocket>;
  /** A new line of its own with machines, so that nothing else moves it. */
  line(machines: number): Promise<{ line: string; group: string; machines: string[]; key: string }>;
  pulses(key: string, machineId: string, firstSeq: number, count: number): Promise<Record<string, number>>;
  close(): Promise<void>;
}

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

export async function openTarget(): Promise<Target> {
  const given = process.env.PULSECAST_URL;
  const system = given === undefined ? await startTestSystem() : undefined;
  const origin = given ?? system?.origin ?? '';
  const config = await siteConfig(origin);
  const live = new URL(config.live, origin.replace(/^http/, 'ws')).href;
  const tokens = new Map<User, Promise<string>>();
  const sockets: TestSocket[] = [];

  const token = (user: User) => {
    const fromEnvironment = process.env[`PULSECAST_TOKEN_${user.toUpperCase().replace('-', '_')}`];
    const known =
      tokens.get(user) ?? (fromEnvironment ? Promise.resolve(fromEnvironment) : signIn(origin, user));
    tokens.set(user, known);
    return known;
  };

  const socket = async (user?: User) => {
    const protocols = ['pulsecast.v1', ...(user === undefined ? [] : [`jwt.${await token(user)}`])];
    const opened = await connect(live, protocols);
    sockets.push(opened);
    return opened;
  };

  return {
    origin,
    live,
    tokenInQuery: given === undefined,
    token,
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

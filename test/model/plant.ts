/** A plant of its own for one run: a site with two lines, machines, people, a device, and users with rights to them. */
import { type Api, apiOf } from '../../bin/api.ts';
import { Device } from '../../bin/demo/device.ts';
import type { Identity } from './issuer.ts';
import { type UserName, userNames } from './scenario.ts';
import type { World } from './world.ts';

export interface User extends Identity {
  token: string;
  api: Api;
}

export interface Plant {
  site: string;
  lines: string[];
  machines: string[];
  employees: string[];
  users: Record<UserName, User>;
  /** One device a machine. */
  devices: Device[];
  groups: string[];
}

const machinesPerLine = 2;
const employeesPerLine = 3;

function identities(site: string, [first = '', second = '']: readonly string[]): Record<UserName, Identity> {
  const identity = (name: UserName, roles: string[], units: string[]): Identity => ({
    sub: `${name}-${site}`,
    roles,
    units,
  });
  return {
    admin: identity('admin', ['admin'], []),
    'shift-lead': identity('shift-lead', ['shift-lead'], [`site:${site}`, `line:${first}`, `line:${second}`]),
    operator: identity('operator', ['operator'], [`line:${first}`]),
    'other-operator': identity('other-operator', ['operator'], [`line:${second}`]),
    stranger: identity('stranger', ['cook'], ['location:centre']),
  };
}

/** @param site an id that no other run has */
export async function buildPlant({ origin, token }: World, site: string): Promise<Plant> {
  const lines = [`${site}-a`, `${site}-b`];
  const named = identities(site, lines);
  const users = Object.fromEntries(
    await Promise.all(
      userNames.map(async (name) => {
        const own = await token(named[name]);
        return [name, { ...named[name], token: own, api: apiOf(origin, own) }] as const;
      }),
    ),
  ) as Record<UserName, User>;
  const { api } = users.admin;
  const build = (command: string, input: object) => api.call('POST', `commands/factory/${command}`, input);

  await build('add-site', { site, title: site });
  const built = await Promise.all(
    lines.map(async (line) => {
      await build('add-line', { site, line, title: line });
      const machines = Array.from({ length: machinesPerLine }, (_, index) => `m-${line}-${index}`);
      const employees = Array.from({ length: employeesPerLine }, (_, index) => `e-${line}-${index}`);
      for (const machine of machines) await build('add-machine', { line, machine, title: machine });
      for (const [index, employee] of employees.entries()) {
        await build('add-employee', {
          line,
          employee,
          name: employee,
          role: 'operator',
          badge: `B-${index}`,
        });
      }
      return { machines, employees };
    }),
  );
  const machines = built.flatMap((line) => line.machines);
  const { key } = await api.call<{ key: string }>('POST', 'devices', { device: `d-${site}`, machines });
  return {
    site,
    lines,
    machines,
    employees: built.flatMap((line) => line.employees),
    users,
    devices: machines.map((machine) => new Device(apiOf(origin, key), machine)),
    groups: [...lines.map((line) => `factory/line/${line}`), `factory/site/${site}`],
  };
}

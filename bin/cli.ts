/**
 * `npm run -s pulsecast -- VERB`: the command line, against the local cloud or, with `--url`, a deployed stack.
 * Signing in by name works with the local issuer; for another one give a token (`--token` or PULSECAST_TOKEN).
 */
import { parseArgs } from 'node:util';
import { signIn } from './sign-in.ts';
import { bill } from './verbs/bill.ts';
import { broadcast } from './verbs/broadcast.ts';
import { device } from './verbs/device.ts';
import { groups } from './verbs/groups.ts';
import { simulate } from './verbs/simulate.ts';
import { tail } from './verbs/tail.ts';
import { token } from './verbs/token.ts';
import { users } from './verbs/users.ts';
import { UsageError, wordsOf } from './words.ts';

export interface Call {
  /** Words after the verb. */
  words: string[];
  options: Record<string, string | string[] | boolean | undefined>;
  /** Address of the site. */
  url: string;
  /** The access token to use: the one given, else that of `--as` (default admin) from the local issuer. */
  token(): Promise<string>;
  print(line: string): void;
}

const verbs = { token, users, device, groups, simulate, tail, broadcast, bill };

export const help = `Usage: npm run -s pulsecast -- VERB [options]

  token USER                          an access token of a user, bare
  users                               the demo users with their roles and units
  groups [--as USER]                  the groups that a user may join
  tail GROUP [--as USER] [--count N]  the frames of a group as they come, one JSON a line
  device add [NAME] [--machine ID]... a new key for a device, bare, shown once; without --machine it may post for all
  device list                         the devices and their keys' state
  device revoke NAME                  ends all keys of a device
  broadcast GROUP|--all [--text WORDS] [--seconds N]
                                      a test to everybody who looks at a group, or at any, shown for 60 s
  bill                                what AWS would ask for all that a local cloud has done since its start
  simulate [--machine ID]... [--rate PULSES_PER_MINUTE] [--seconds N]
                                      devices posting real pulses (default: every machine of the seed, 120, until Ctrl-C)

  --url URL      the site (default http://localhost:8787, or PULSECAST_URL)
  --as USER      sign in as this user of the local issuer (default admin)
  --token TOKEN  use this access token instead (or PULSECAST_TOKEN)`;

export async function run(argv: readonly string[], print: (line: string) => void): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      url: { type: 'string' },
      as: { type: 'string' },
      token: { type: 'string' },
      machine: { type: 'string', multiple: true },
      name: { type: 'string' },
      rate: { type: 'string' },
      seconds: { type: 'string' },
      count: { type: 'string' },
      text: { type: 'string' },
      all: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const [verb = '', ...words] = positionals;
  if (values.help || verb === '' || verb === 'help') {
    print(help);
    return;
  }
  if (!Object.hasOwn(verbs, verb)) throw new UsageError(`There is no verb "${verb}".\n\n${help}`);
  const url = values.url ?? process.env.PULSECAST_URL ?? `http://localhost:${process.env.PORT ?? 8787}`;
  await verbs[verb as keyof typeof verbs]({
    words,
    options: values,
    url,
    token: async () =>
      values.token ?? process.env.PULSECAST_TOKEN ?? (await signIn(url, values.as ?? 'admin')),
    print,
  });
}

/** A whole number option. @throws UsageError */
export function numberOf(call: Call, name: string, fallback: number): number {
  const value = call.options[name];
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1)
    throw new UsageError(`--${name} takes a whole number from 1, not "${String(value)}".`);
  return number;
}

if (import.meta.main) {
  try {
    await run(process.argv.slice(2), (line) => console.log(line));
  } catch (error) {
    console.error(wordsOf(error));
    process.exitCode = 1;
  }
}

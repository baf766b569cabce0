import type { Call } from '../cli.ts';
import { signIn } from '../sign-in.ts';
import { UsageError } from '../words.ts';

/** Prints an access token of a user of the local issuer, bare. */
export async function token(call: Call): Promise<void> {
  const [name] = call.words;
  if (name === undefined) throw new UsageError('Whose token? token USER (see: users)');
  call.print(await signIn(call.url, name));
}

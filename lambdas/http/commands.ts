/** `POST /api/commands/{domain}/{command}`. */
import { createHash } from 'node:crypto';
import { entriesOf } from '../../core/audit.ts';
import { PulsecastError } from '../../core/codes.ts';
import type { CommandDef, Entities, Principal, RuleContext, State } from '../../core/domain.ts';
import type { Answer } from '../adapters/idempotency.ts';
import { revAfter } from '../adapters/items.ts';
import { type HttpEvent, header, jsonReply, type Reply } from '../events.ts';
import { type Decided, runRule, stableIds } from '../rule.ts';
import { count } from '../telemetry.ts';
import type { ApiEffects } from './effects.ts';
import { checked, claimedBy, jsonBody, mustHold } from './request.ts';

/** Longest `Idempotency-Key`, in characters. */
const maxKey = 200;

export async function command(
  event: HttpEvent,
  [name = '', verb = '']: readonly string[],
  effects: ApiEffects,
): Promise<Reply> {
  const caller = await claimedBy(event, effects);
  const { principal } = caller;
  const key = keyOf(event, principal);
  const [before] = await Promise.all([
    key === undefined ? undefined : effects.idempotency.find(key, effects.now()),
    mustHold(caller, effects, 'commands'),
  ]);
  const domain = effects.domains.find((candidate) => candidate.name === name);
  const definition = domain && Object.hasOwn(domain.commands, verb) ? domain.commands[verb] : undefined;
  if (domain === undefined || definition === undefined) {
    throw new PulsecastError('not_found', 'There is no such command.');
  }
  const input: unknown = checked(definition.input, jsonBody(event));
  const repeat = key === undefined ? undefined : { key, fingerprint: fingerprintOf([name, verb, input]) };
  mustAllow(definition, principal, input, undefined);
  if (repeat !== undefined && before !== undefined) return sameAnswer(before, repeat.fingerprint);

  const ids = stableIds();
  const decide = (state: State, now: number): Decided<string> => {
    ids.restart();
    mustAllow(definition, principal, input, state);
    const context: RuleContext = { principal, now, id: ids.id };
    const { writes, result } = definition.run(state, input as object, context);
    const first = writes.find((write) => write.op !== 'notify');
    const response = JSON.stringify({
      result,
      ...(first === undefined ? {} : { rev: revAfter(first, now) }),
    });
    const entries = entriesOf(domain, writes, { principal, command: verb, now, id: ids.id() });
    if (repeat === undefined) return { writes, value: response, entries };
    const { key, fingerprint } = repeat;
    const guard = effects.idempotency.remember(key, { fingerprint, response }, now);
    return { writes, value: response, entries, guard };
  };
  const further = (state: State, now: number) =>
    definition.further?.(state, input as object, principal, now) ?? [];
  const reads = definition.reads(input as object, principal);
  // The same request may have been done in the meantime, by a repeat that overtook this one: then this one finds the state
  // that the other left, which may refuse it, or the other's record in its way.
  const overtaken = async () => repeat && (await effects.idempotency.find(repeat.key, effects.now()));
  try {
    const done = await runRule(domain, reads, decide, effects, further);
    count('commands');
    if (done !== 'repeated') return answerReply(done.value);
  } catch (error) {
    const other = error instanceof PulsecastError ? await overtaken() : undefined;
    if (repeat === undefined || other === undefined) throw error;
    return sameAnswer(other, repeat.fingerprint);
  }
  const other = await overtaken();
  if (repeat === undefined || other === undefined) throw new Error('An idempotency record went away.');
  return sameAnswer(other, repeat.fingerprint);
}

function mustAllow(
  definition: CommandDef<Entities>,
  principal: Principal,
  input: unknown,
  state: State | undefined,
): void {
  if (!definition.allow(principal, input as object, state)) {
    throw new PulsecastError('forbidden', 'You may not do this.');
  }
}

/** The key is the caller's own: another's key of the same name is another key. */
function keyOf(event: HttpEvent, principal: Principal): string | undefined {
  const given = header(event.headers, 'idempotency-key');
  if (given === undefined) return undefined;
  if (given === '' || given.length > maxKey) {
    throw new PulsecastError('bad_request', `An Idempotency-Key has 1 to ${maxKey} characters.`);
  }
  return JSON.stringify([principal.kind, principal.sub, given]);
}

function fingerprintOf(request: unknown): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex');
}

function sameAnswer(answer: Answer, fingerprint: string): Reply {
  if (answer.fingerprint !== fingerprint) {
    throw new PulsecastError('invalid_input', 'This Idempotency-Key was used for another request.');
  }
  return answerReply(answer.response);
}

function answerReply(response: string): Reply {
  return { ...jsonReply(200, {}), body: response };
}

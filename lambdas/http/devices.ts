/** `/api/devices`: keys with which devices post. For the role `admin`. */
import * as v from 'valibot';
import { PulsecastError } from '../../core/codes.ts';
import { type HttpEvent, jsonReply, type Reply } from '../events.ts';
import type { ApiEffects } from './effects.ts';
import { adminOf, checked, jsonBody } from './request.ts';

const name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9._:-]{1,64}$/, 'is 1 to 64 of A-Z a-z 0-9 . _ : -'));
const newDevice = v.strictObject({
  device: name,
  machines: v.optional(v.pipe(v.array(name), v.minLength(1), v.maxLength(200))),
});

export async function deviceList(
  event: HttpEvent,
  _params: readonly string[],
  effects: ApiEffects,
): Promise<Reply> {
  await adminOf(event, effects);
  const devices = (await effects.access.deviceKeys()).toSorted((a, b) => a.createdAt - b.createdAt);
  return jsonReply(200, { devices });
}

/** The only answer that ever shows the key. */
export async function deviceAdd(
  event: HttpEvent,
  _params: readonly string[],
  effects: ApiEffects,
): Promise<Reply> {
  const { sub } = await adminOf(event, effects);
  const { device, machines } = checked(newDevice, jsonBody(event));
  const key = `pcd_${effects.secret()}`;
  await effects.access.addDeviceKey(key, {
    device,
    ...(machines === undefined ? {} : { machines }),
    createdAt: effects.now(),
    createdBy: sub,
  });
  return jsonReply(201, { device, key });
}

export async function deviceRevoke(
  event: HttpEvent,
  [device = '']: readonly string[],
  effects: ApiEffects,
): Promise<Reply> {
  await adminOf(event, effects);
  const revoked = await effects.access.revokeDevice(device, effects.now());
  if (revoked === 0) throw new PulsecastError('not_found', 'There is no such device with a key in use.');
  return { statusCode: 204, headers: { 'cache-control': 'no-store' } };
}

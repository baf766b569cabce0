import { expect, test } from 'vitest';
import { PulsecastError } from '../../core/codes.ts';
import { connectChain, frameChain, quietChain } from '../../lambdas/chain.ts';
import { bodyOf, socket } from './support.ts';

const context = { awsRequestId: 'request-7', functionName: 'f' } as never;
const failing = (error: unknown) => async () => {
  throw error;
};

test('an error of a frame goes back to its sender with the id and the faults', async () => {
  const error = new PulsecastError('bad_request', 'no', {
    errors: [{ path: 'a', message: 'b' }],
    current: 'hidden',
  });
  const reply = await frameChain(failing(error))(socket('c=', { action: 'x', id: '9' }), context);
  expect(bodyOf(reply)).toEqual({
    type: 'error',
    id: '9',
    code: 'bad_request',
    message: 'no',
    errors: [{ path: 'a', message: 'b' }],
  });
  expect(bodyOf(await frameChain(failing(error))(socket('c=', '{'), context))).not.toHaveProperty('id');
});

test('a failure of ours tells the caller a request id and nothing else', async () => {
  const error = new Error('password is swordfish');
  const reply = await frameChain(failing(error))(socket('c=', {}), context);
  expect(bodyOf(reply)).toMatchObject({ code: 'internal', message: expect.stringContaining('request-7') });
  expect(reply.body).not.toContain('swordfish');
  expect(await connectChain(failing(error))({}, context)).toEqual({ statusCode: 500 });
});

test('a batch or a schedule that fails, fails: it is tried again', async () => {
  await expect(quietChain(failing(new Error('no')))({}, context)).rejects.toThrow('no');
});

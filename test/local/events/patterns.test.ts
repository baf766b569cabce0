import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../../local/events/patterns.ts';

const record = {
  eventName: 'MODIFY',
  dynamodb: {
    SizeBytes: 50,
    Keys: { pk: { S: 'Machine#7' } },
    NewImage: { count: { N: '5' }, tags: { SS: ['red', 'blue'] }, on: { BOOL: true }, none: { NULL: null } },
  },
};
const image = (inner: object) => ({ dynamodb: { NewImage: inner } });
const pk = (...matchers: unknown[]) => ({ dynamodb: { Keys: { pk: { S: matchers } } } });
const size = (...numeric: unknown[]) => ({ dynamodb: { SizeBytes: [{ numeric }] } });

describe('event patterns', () => {
  test.each<[object, boolean]>([
    [{}, true],
    [{ eventName: ['INSERT', 'MODIFY'] }, true],
    [{ eventName: ['INSERT'] }, false],
    [{ eventName: ['MODIFY'], dynamodb: { SizeBytes: [51] } }, false],
    [pk('Machine#7'), true],
    [pk('machine#7'), false],
    [pk({ prefix: 'Mach' }), true],
    [pk({ prefix: 'mach' }), false],
    [pk({ prefix: { 'equals-ignore-case': 'mach' } }), true],
    [pk({ suffix: '#7' }), true],
    [pk({ suffix: '#8' }), false],
    [pk({ 'equals-ignore-case': 'MACHINE#7' }), true],
    [pk({ wildcard: 'M*#?' }), false],
    [pk({ wildcard: 'M*7' }), true],
    [pk({ 'anything-but': 'Machine#7' }), false],
    [pk({ 'anything-but': ['a', 'b'] }), true],
    [pk({ 'anything-but': { prefix: 'Mach' } }), false],
    [pk({ 'anything-but': { prefix: 'Person' } }), true],
    [{ dynamodb: { Absent: [{ 'anything-but': 'x' }] } }, false],
    [size('>', 49), true],
    [size('>=', 50, '<', 50), false],
    [size('=', 50), true],
    [image({ count: { N: [{ numeric: ['>', 1] }] } }), false],
    [image({ count: { N: [{ exists: true }] } }), true],
    [image({ other: { N: [{ exists: false }] } }), true],
    [image({ count: [{ exists: true }] }), false],
    [image({ on: { BOOL: [true] } }), true],
    [image({ on: { BOOL: ['true'] } }), false],
    [image({ none: { NULL: [null] } }), true],
    [image({ tags: { SS: ['blue'] } }), true],
    [image({ tags: { SS: ['green'] } }), false],
    [{ $or: [{ eventName: ['REMOVE'] }, { dynamodb: { SizeBytes: [50] } }] }, true],
    [{ $or: [{ eventName: ['REMOVE'] }, { dynamodb: { SizeBytes: [1] } }] }, false],
  ])('%j: %s', (pattern, expected) => {
    expect(compilePattern(pattern as Record<string, unknown>)(record)).toBe(expected);
  });

  test('an unknown matcher and a value outside an array are refused', () => {
    expect(() => compilePattern({ a: [{ cidr: '10.0.0.0/8' }] })).toThrow('{"cidr":"10.0.0.0/8"}');
    expect(() => compilePattern({ a: 'x' })).toThrow('in an array');
  });
});

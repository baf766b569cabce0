/**
 * Hooks for React 18 and later. React is given, not imported, so that this package depends on nothing:
 * `export const { useConnection, useGroup, useItem } = createHooks(React)`.
 */
export { type Connection, createHooks, type Group, type HookLibrary, type Hooks } from './hooks.ts';

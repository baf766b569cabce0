export { type AssemblyOptions, loadAssembly } from './assembly.ts';
export { AssemblyError } from './errors.ts';
export { mapOutputs } from './outputs.ts';

export type { Auth } from './auth.ts';
export {
  type CognitoProps,
  ConfigurationError,
  type IssuerProps,
  type PulsecastProps,
  type Rate,
} from './props.ts';
export { Pulsecast } from './pulsecast.ts';
export { PulsecastStack } from './stack.ts';

export { createAuthorizer } from './authorizer.ts';
export { IamError } from './errors.ts';
export { type Credentials, createCallerOf, credentialsFor } from './identities.ts';
export { permits } from './permissions.ts';

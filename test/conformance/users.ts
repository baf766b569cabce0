/** The users that the suite acts as: each has the roles and units of the demo user of that name. */
export const users = ['admin', 'shift-lead', 'operator', 'cook'] as const;

export type User = (typeof users)[number];

/** The environment variable with a user's access token, for a stack whose issuer cannot be asked by name. */
export const tokenVariable = (user: User) => `PULSECAST_TOKEN_${user.toUpperCase().replace('-', '_')}`;

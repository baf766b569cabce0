/** Who signs the users' tokens: an issuer that the team has, or a Cognito user pool made here. */
import { Aws, CfnOutput, Fn, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import {
  CfnUserPoolGroup,
  FeaturePlan,
  Mfa,
  OAuthScope,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { CognitoProps, IssuerProps, Settings } from './props.ts';

/** What functions and the site are told about sign-in. */
export interface Auth {
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  /** Variables of the functions that check tokens. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The origin of a URL, also of one that is only known when deployed. */
export function originOf(url: string): string {
  if (!Token.isUnresolved(url)) return new URL(url).origin;
  const part = (index: number) => Fn.select(index, Fn.split('/', url));
  return Fn.join('', [part(0), '//', part(2)]);
}

/** An issuer that exists already. */
export function issuerAuth(props: IssuerProps): Auth {
  return {
    issuer: props.issuer,
    audience: props.audience,
    clientId: props.clientId ?? 'pulsecast-web',
    environment: {
      ISSUER: props.issuer,
      AUDIENCE: props.audience,
      AUDIENCE_CLAIM: props.audienceClaim ?? 'aud',
      ROLES_CLAIM: props.rolesClaim ?? 'roles',
      UNITS_CLAIM: props.unitsClaim ?? 'units',
      ...(props.jwksUri === undefined ? {} : { JWKS_URI: props.jwksUri }),
    },
  };
}

/** The origins that the browser must reach to sign in with an issuer that exists already. */
export function issuerOrigins(props: IssuerProps): string[] {
  return [originOf(props.issuer), ...(props.origins ?? [])];
}

/** The user pool. Its client is made apart, since it needs the site's address, and the site needs the pool's. */
export class UserDirectory extends Construct {
  readonly pool: UserPool;
  /** The origins that the browser must reach to sign in: the issuer's metadata and keys, and the sign-in page. */
  readonly origins: readonly string[];

  constructor(scope: Construct, id: string, props: CognitoProps, { removalPolicy }: Settings) {
    super(scope, id);
    this.pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: false,
      signInCaseSensitive: false,
      signInAliases: { username: true, email: true },
      featurePlan: FeaturePlan.ESSENTIALS,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      removalPolicy,
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
    });
    acknowledge(this.pool, {
      COG2: 'People at shared floor terminals have no second device at hand; each may turn MFA on, and a team may require it.',
      COG3: 'Threat protection needs the Plus plan, priced by active user: the team decides.',
      COG8: 'The Plus plan is priced by active user: the team decides.',
    });
    for (const groupName of props.groups ?? ['admin']) {
      new CfnUserPoolGroup(this, `Group${groupName}`, { userPoolId: this.pool.userPoolId, groupName });
    }
    // The stack's id ends in a UUID: its first part makes the prefix unique and stays the same over deployments.
    const uniquePart = Fn.select(0, Fn.split('-', Fn.select(2, Fn.split('/', Aws.STACK_ID))));
    const domain = this.pool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: props.domainPrefix ?? `pulsecast-${uniquePart}` },
    });
    this.origins = [this.issuerOrigin, domain.baseUrl()];
  }

  /** The site's client: code + PKCE, no secret. `siteUrl` without a path. */
  auth(siteUrl: string): Auth {
    const client = this.addClient(siteUrl);
    const stack = Stack.of(this);
    new CfnOutput(stack, 'UserPoolId', { value: this.pool.userPoolId, description: 'Cognito user pool' });
    return {
      issuer: this.issuer,
      audience: client.userPoolClientId,
      clientId: client.userPoolClientId,
      environment: {
        ISSUER: this.issuer,
        AUDIENCE: client.userPoolClientId,
        // Cognito's access tokens have no `aud`; they name the client that they were given to.
        AUDIENCE_CLAIM: 'client_id',
        ROLES_CLAIM: 'cognito:groups',
        UNITS_CLAIM: 'cognito:groups',
      },
    };
  }

  private get issuerOrigin(): string {
    return `https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}`;
  }

  private get issuer(): string {
    return `${this.issuerOrigin}/${this.pool.userPoolId}`;
  }

  private addClient(siteUrl: string): UserPoolClient {
    return this.pool.addClient('Site', {
      generateSecret: false,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.PROFILE],
        callbackUrls: [`${siteUrl}/`],
        logoutUrls: [`${siteUrl}/`],
      },
    });
  }
}

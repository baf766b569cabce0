/** One Pulsecast as a stack, with the parameters and outputs that tools go by. */
import { CfnOutput, CfnParameter, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { IssuerProps, PulsecastProps } from './props.ts';
import { Pulsecast } from './pulsecast.ts';
import { pascal } from './tables.ts';

export interface PulsecastStackProps extends Omit<PulsecastProps, 'issuer' | 'tokenInQuery'> {
  /**
   * Defaults of the stack's parameters `Issuer` and `Audience`, and the client. Give this or `cognito`.
   * @default - none; without `issuer` the parameter has no default and must be given when the stack is deployed
   */
  readonly issuerParameters?: Partial<Pick<IssuerProps, 'issuer'>> & Omit<IssuerProps, 'issuer'>;
  /**
   * Default of the stack's parameter `TokenInQuery`.
   * @default 'off'
   */
  readonly tokenInQuery?: 'on' | 'off';
}

export class PulsecastStack extends Stack {
  constructor(scope: Construct, id: string, props: PulsecastStackProps) {
    super(scope, id, { description: 'Pulsecast: realtime for business data, without servers' });
    const { issuerParameters, tokenInQuery = 'off', ...rest } = props;
    const live = new Pulsecast(this, 'Live', {
      ...rest,
      ...(issuerParameters === undefined ? {} : { issuer: this.issuer(issuerParameters) }),
      tokenInQuery: this.parameter('TokenInQuery', {
        description: 'Whether sockets may be opened with ?token=',
        default: tokenInQuery,
        allowedValues: ['on', 'off'],
      }),
    });
    this.output('SiteUrl', live.siteUrl, 'Open this in a browser');
    this.output('LiveUrl', live.liveUrl, 'WebSocket address for programs');
    this.output('ApiUrl', live.apiUrl, 'HTTP address for programs and devices');
    for (const [name, table] of Object.entries(live.tables.platform)) {
      this.output(`${pascal(name)}Table`, table.tableName);
    }
    for (const [name, table] of live.tables.domains) this.output(`${pascal(name)}Table`, table.tableName);
  }

  private issuer({
    issuer,
    audience,
    ...rest
  }: NonNullable<PulsecastStackProps['issuerParameters']>): IssuerProps {
    return {
      ...rest,
      issuer: this.parameter('Issuer', {
        description: 'URL of the OpenID Connect issuer, the "iss" of its tokens',
        allowedPattern: '^https?://[^/\\s]+\\S*$',
        ...(issuer === undefined ? {} : { default: issuer }),
      }),
      audience: this.parameter('Audience', {
        description: 'Audience of its access tokens',
        default: audience,
      }),
    };
  }

  private parameter(name: string, props: ConstructorParameters<typeof CfnParameter>[2]): string {
    return new CfnParameter(this, name, { type: 'String', ...props }).valueAsString;
  }

  private output(name: string, value: string, description?: string): void {
    new CfnOutput(this, name, { value, ...(description === undefined ? {} : { description }) });
  }
}

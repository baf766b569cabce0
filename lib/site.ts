/** The site: a private bucket behind a distribution that also carries the two APIs, so that all is one origin. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  PriceClass,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { ManagedPolicy, type Policy } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeWildcards, findingName } from './acknowledge.ts';
import { globalName, securityHeaders } from './headers.ts';
import { ConfigurationError, type Settings } from './props.ts';

interface SiteProps {
  settings: Settings;
  /** Hosts of the two APIs. */
  apiHost: string;
  socketHost: string;
  /** Origins that the browser calls besides its own: those of the issuer. */
  origins: readonly string[];
}

export class Site extends Construct {
  readonly distribution: Distribution;
  /** `https://HOST`, without a path. */
  readonly url: string;
  private readonly bucket: IBucket;
  private readonly settings: Settings;

  constructor(scope: Construct, id: string, { settings, apiHost, socketHost, origins }: SiteProps) {
    super(scope, id);
    this.settings = settings;
    // CDK's own class does not fit its interface under exactOptionalPropertyTypes.
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
    }) as IBucket;
    acknowledge(this.bucket, {
      S1: 'Holds the files of the public site only; who may read it is the distribution alone.',
    });
    const { host } = settings;
    const headers = securityHeaders(this, [
      ...origins,
      ...(host === undefined ? [] : [`wss://${host.name}`]),
    ]);
    this.distribution = new Distribution(this, 'Distribution', {
      comment: 'Pulsecast: site, API and sockets',
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      ...(host === undefined
        ? {}
        : {
            domainNames: [host.name],
            certificate: host.certificate,
            minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
          }),
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.bucket, {
          originAccessControl: new S3OriginAccessControl(this, 'Access', {
            originAccessControlName: globalName(this, 'access'),
          }),
        }),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: headers,
        compress: true,
      },
      additionalBehaviors: {
        '/api/*': { ...passThrough(apiHost), responseHeadersPolicy: headers },
        '/live': passThrough(socketHost),
      },
    });
    this.url = `https://${host?.name ?? this.distribution.distributionDomainName}`;
    acknowledge(this.distribution, {
      CFR1: 'Where a team works is not known here; nothing in the site depends on a country.',
      CFR2: 'A firewall is billed by the month and by request; the stages throttle, and a team can attach its own.',
      CFR3: 'The files are public; every request to an API is in the access log of its stage.',
      ...(host === undefined
        ? {
            CFR4: "CloudFront's own certificate allows no other policy; with a host of its own it is TLS 1.2.",
          }
        : {}),
    });
  }

  /**
   * Uploads the built site, its `config.json`, and the `documents` of the interfaces by their names below `docs/`. Throws `ConfigurationError` when the site was not built. Files of
   * older versions stay: a page that is still open may yet load a part of itself.
   */
  deploy(config: object, documents: Readonly<Record<string, object>>): void {
    const { siteDirectory, logRetention } = this.settings;
    if (!existsSync(join(siteDirectory, 'index.html'))) {
      throw new ConfigurationError(
        `There is no built site in ${siteDirectory}: run "npm run build:web" first.`,
      );
    }
    const common = {
      destinationBucket: this.bucket,
      prune: false,
      retainOnDelete: false,
      logGroup: new LogGroup(this, 'DeploymentLogs', {
        retention: logRetention,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    };
    const assets = new BucketDeployment(this, 'Assets', {
      ...common,
      sources: [Source.asset(join(siteDirectory, 'assets'))],
      destinationKeyPrefix: 'assets',
      cacheControl: [
        CacheControl.setPublic(),
        CacheControl.maxAge(Duration.days(365)),
        CacheControl.immutable(),
      ],
    });
    const pages = new BucketDeployment(this, 'Pages', {
      ...common,
      sources: [
        Source.asset(siteDirectory, { exclude: ['assets', 'config.json'] }),
        Source.jsonData('config.json', config),
        ...Object.entries(documents).map(([name, document]) => Source.jsonData(`docs/${name}`, document)),
      ],
      cacheControl: [CacheControl.noCache()],
    });
    // The page names assets by their hash: they must be there first.
    pages.node.addDependency(assets);
    acknowledgeUploader(pages);
  }
}

/** A behaviour that hands everything to an API as it came, but for the Host header, by which API Gateway finds the API. */
function passThrough(host: string): BehaviorOptions {
  return {
    origin: new HttpOrigin(host, {
      protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [OriginSslPolicy.TLS_V1_2],
    }),
    viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    allowedMethods: AllowedMethods.ALLOW_ALL,
    cachePolicy: CachePolicy.CACHING_DISABLED,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
  };
}

/** CDK's uploader is one function for the whole stack, and its role is written by CDK. */
function acknowledgeUploader(deployment: BucketDeployment): void {
  const role = deployment.handlerRole;
  const uploader = role.node.scope ?? role;
  const basics = ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicExecutionRole');
  acknowledge(uploader, {
    L1: "The runtime of CDK's uploader comes with the CDK version.",
    [`IAM4[Policy::${findingName(uploader, basics.managedPolicyArn)}]`]:
      "CDK's uploader writes its logs by this policy.",
  });
  const policy = role.node.findChild('DefaultPolicy') as Policy;
  acknowledgeWildcards(
    uploader,
    policy.document,
    "CDK's uploader reads its assets and writes this bucket, by path.",
  );
}

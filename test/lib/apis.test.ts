import { describe, expect, test } from 'vitest';
import { assembly, templateOf } from '../support/assembly.ts';
import { ofType, type Properties, pick, textOf } from '../support/template.ts';

const template = templateOf(assembly());
const integrations = ofType(template, 'AWS::ApiGatewayV2::Integration');

/** Each route of an API, and the function that serves it. */
function routesOf(api: string): Record<string, string | undefined> {
  const routes = Object.values(ofType(template, 'AWS::ApiGatewayV2::Route')).filter(
    ({ ApiId }) => textOf(ApiId) === `<${api}>`,
  );
  return Object.fromEntries(
    routes.map(({ RouteKey, Target }) => {
      const integration = textOf(Target).replace(/^integrations\/<(.*)>$/, '$1');
      const uri = textOf(integrations[integration]?.IntegrationUri);
      return [RouteKey, /<Functions(\w+)FunctionLambda\.Arn>/.exec(uri)?.[1]];
    }),
  );
}

function stageOf(api: string): Properties | undefined {
  return Object.values(ofType(template, 'AWS::ApiGatewayV2::Stage')).find(
    ({ ApiId }) => textOf(ApiId) === `<${api}>`,
  );
}

describe('WebSocket API', () => {
  test('the action selects the route, and each route has its function', () => {
    expect(ofType(template, 'AWS::ApiGatewayV2::Api').SocketApi).toMatchObject({
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.action',
    });
    expect(routesOf('SocketApi')).toEqual({
      $connect: 'Connect',
      $disconnect: 'Disconnect',
      $default: 'Default',
      subscribe: 'Groups',
      unsubscribe: 'Groups',
      sync: 'Groups',
      refresh: 'Refresh',
      signal: 'Signal',
    });
  });

  test('every route but $connect and $disconnect answers by a route response', () => {
    const routes = Object.entries(ofType(template, 'AWS::ApiGatewayV2::Route'));
    const answering = Object.values(ofType(template, 'AWS::ApiGatewayV2::RouteResponse')).map((response) => {
      expect(response.RouteResponseKey).toBe('$default');
      return textOf(response.RouteId);
    });
    const twoWay = routes
      .filter(([id]) => answering.includes(`<${id}>`))
      .map(([, { RouteKey, RouteResponseSelectionExpression }]) => {
        expect(RouteResponseSelectionExpression).toBe('$default');
        return RouteKey;
      });
    expect(twoWay.sort()).toEqual(['$default', 'refresh', 'signal', 'subscribe', 'sync', 'unsubscribe']);
  });

  test('the stage is live, throttled, and logs', () => {
    expect(stageOf('SocketApi')).toMatchObject({
      StageName: 'live',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 3000, ThrottlingBurstLimit: 1500 },
      AccessLogSettings: { Format: expect.stringContaining('$context.routeKey') },
    });
  });

  test('the account may log before the stage wants to', () => {
    const stage = Object.values(template.Resources).find(
      ({ Properties }) => Properties?.StageName === 'live',
    );
    expect(stage?.DependsOn?.map(textOf).join()).toContain('LiveSocketAccessLogAccount');
  });
});

describe('HTTP API', () => {
  test('pulses go to ingest, all else to api', () => {
    expect(routesOf('HttpApi')).toEqual({ 'POST /api/pulses': 'Ingest', 'ANY /api/{proxy+}': 'Api' });
    const formats = Object.entries(integrations).filter(([id]) => id.startsWith('Http'));
    expect(formats.map(([, { PayloadFormatVersion }]) => PayloadFormatVersion)).toEqual(['2.0', '2.0']);
  });

  test('the stage is throttled, and logs', () => {
    expect(stageOf('HttpApi')).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 3000, ThrottlingBurstLimit: 1500 },
      AccessLogSettings: { Format: expect.stringContaining('$context.path') },
    });
  });
});

test('no access log has a header or a query string, where credentials may be', () => {
  for (const api of ['SocketApi', 'HttpApi']) {
    const format = String(pick(stageOf(api), 'AccessLogSettings', 'Format'));
    expect(Object.keys(JSON.parse(format)).length).toBeGreaterThan(5);
    expect(format).not.toMatch(/querystring|header|authorizer|\.body/i);
  }
});

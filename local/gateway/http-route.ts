import type { Api, Route, Stage } from './api.ts';
import { decode } from './wire.ts';

export interface RouteMatch {
  route: Route;
  pathParameters: Record<string, string> | undefined;
}

interface Template {
  method: string;
  segments: readonly string[];
}

function template(key: string): Template | undefined {
  const space = key.indexOf(' ');
  if (space < 0) return undefined;
  return {
    method: key.slice(0, space),
    segments: key
      .slice(space + 1)
      .split('/')
      .slice(1),
  };
}

const variable = (segment: string): string | undefined => /^\{(.+?)\+?\}$/.exec(segment)?.[1];
const isGreedy = (segment: string): boolean => segment.endsWith('+}');

/** Literal segments beat variables, variables beat greedy ones, a method beats ANY: larger text wins. */
function rank({ method, segments }: Template): string {
  const bySegment = segments.map((segment) => (isGreedy(segment) ? '1' : variable(segment) ? '2' : '3'));
  return `${bySegment.join('')}${method === 'ANY' ? '0' : '1'}`;
}

function matchSegments(
  segments: readonly string[],
  path: readonly string[],
): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const actual = path[index];
    if (actual === undefined) return undefined;
    const name = variable(segment);
    if (name === undefined) {
      if (segment !== decode(actual)) return undefined;
    } else if (isGreedy(segment)) {
      const tail = path.slice(index).map(decode).join('/');
      return tail === '' ? undefined : { ...parameters, [name]: tail };
    } else if (actual === '') {
      return undefined;
    } else {
      parameters[name] = decode(actual);
    }
  }
  return segments.length === path.length ? parameters : undefined;
}

/** The most specific route for a method and a path (below the stage); `$default` when no other fits. */
export function matchRoute(api: Api, method: string, path: string): RouteMatch | undefined {
  const segments = path.split('/').slice(1);
  let best: { rank: string; match: RouteMatch } | undefined;
  for (const route of api.routes.values()) {
    const candidate = template(route.key);
    if (!candidate || (candidate.method !== 'ANY' && candidate.method !== method)) continue;
    const parameters = matchSegments(candidate.segments, segments);
    if (!parameters) continue;
    const own = rank(candidate);
    if (best && best.rank >= own) continue;
    const pathParameters = Object.keys(parameters).length > 0 ? parameters : undefined;
    best = { rank: own, match: { route, pathParameters } };
  }
  const fallback = api.routes.get('$default');
  return best?.match ?? (fallback ? { route: fallback, pathParameters: undefined } : undefined);
}

/** The stage that a path names by its first segment, else `$default`; `path` is what is left below a named stage. */
export function findStage(api: Api, path: string): { stage: Stage; path: string } | undefined {
  const [, first = ''] = path.split('/');
  const named = api.stages.get(decode(first));
  if (named && first !== '') return { stage: named, path: path.slice(first.length + 1) || '/' };
  const stage = api.stages.get('$default');
  return stage ? { stage, path: path || '/' } : undefined;
}

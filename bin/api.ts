/** Calls of the HTTP API, for the command line, the seeds and the simulators. */

/** A problem document (RFC 9457) as an error: the status and the words of the server. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly problem: Record<string, unknown>;
  constructor(status: number, problem: Record<string, unknown>) {
    super(`${status} ${String(problem.detail ?? problem.title ?? 'without a reason')}`);
    this.status = status;
    this.problem = problem;
  }
}

export interface Api {
  /** @throws ApiProblem for every answer that is not 2xx. */
  call<T>(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<T>;
}

/** @param url of the site. @param credential bearer token or device key; none is anonymous. */
export function apiOf(url: string, credential?: string): Api {
  return {
    async call<T>(
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<T> {
      const response = await fetch(new URL(`/api/${path}`, url), {
        method,
        headers: {
          ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const answer: unknown = text.startsWith('{') ? JSON.parse(text) : {};
      if (!response.ok) throw new ApiProblem(response.status, answer as Record<string, unknown>);
      return answer as T;
    },
  };
}

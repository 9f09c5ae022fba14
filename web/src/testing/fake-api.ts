import createClient from "openapi-fetch";
import type { Api } from "../api/client";
import type { paths } from "../api/schema";

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

/** What is answered: data, or a refusal with its status. */
export type Answer = unknown | ((asked: Asked) => unknown);
export type Answers = Record<string, Answer>;

export class Refusal {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly fields: { field: string; message: string }[] = [],
  ) {}
}

const ONE_PAGE = { page: 1, per_page: 50, total_pages: 1, has_next: false, has_prev: false, next_cursor: null };

/** An API that answers from a table, `METHOD /path` without `/api/v1`, and remembers what it was asked. */
export class FakeApi {
  readonly asked: Asked[] = [];
  readonly client: Api = createClient<paths>({ baseUrl: "http://netpulse.test", fetch: (request) => this.answer(request) });

  constructor(private readonly answers: Answers) {}

  /** The body of the last request of that kind. */
  bodyOf(what: string): unknown {
    return this.asked.findLast(({ method, path }) => `${method} ${path}` === what)?.body;
  }

  private async answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const text = await request.text();
    const asked = {
      method: request.method,
      path: url.pathname.replace("/api/v1", ""),
      query: url.searchParams,
      body: text ? (JSON.parse(text) as unknown) : null,
    };
    this.asked.push(asked);
    const known = this.answers[`${asked.method} ${asked.path}`];
    const found: unknown = typeof known === "function" ? (known as (asked: Asked) => unknown)(asked) : known;
    if (found instanceof Refusal) return refused(found);
    const data = found === undefined ? (request.method === "GET" ? [] : null) : found;
    const pagination = Array.isArray(data) ? { pagination: { ...ONE_PAGE, total: data.length } } : {};
    return Response.json({ success: true, data, ...pagination });
  }
}

function refused({ status, code, fields }: Refusal): Response {
  const error = { code, message: `Not accepted: ${code}`, details: { fields } };
  return Response.json({ success: false, error }, { status });
}

import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./schema";
import { asApiError, type Session } from "./session";

export type Api = Client<paths>;
export type Schemas = components["schemas"];
export type Device = Schemas["DeviceView"];

/** A client of our own API, typed by its OpenAPI document, that brings the access token along. */
export function createApi(origin: string, session: Session): Api {
  const api = createClient<paths>({ baseUrl: origin });
  api.use({
    async onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${await session.token()}`);
      return request;
    },
  });
  return api;
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer, or the ApiError it carries. */
export async function read<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok || data === undefined) throw asApiError(response.status, error ?? null);
  return data;
}

/** Like `read` for answers without a body. */
export async function done(answer: Promise<Answer<unknown>>): Promise<void> {
  const { error, response } = await answer;
  if (!response.ok) throw asApiError(response.status, error ?? null);
}

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRouter, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import type { Session } from "../api/session";
import { AppContext } from "../app/context";
import { routeTree } from "../app/router";
import { type Answers, FakeApi } from "./fake-api";

const EVERYTHING = [
  ...["device", "alert", "report", "user", "notification"].flatMap((what) => [`${what}:read`, `${what}:write`]),
  ...["metrics:read", "audit:read", "organization:write", "platform:read"],
];

/** Somebody who may do all there is, unless said otherwise. */
export const ME = {
  user: { id: "u1", email: "noc@example.org", full_name: "Amina Otieno", password_is_temporary: false },
  organization_id: "o1",
  organization: { id: "o1", name: "Masts", requires_second_factor: false },
  role: "admin",
  permissions: EVERYTHING,
  memberships: [],
  must_enroll: false,
};

/** The application at an address, over an API that answers from a table. */
export function show(path: string, answers: Answers): FakeApi {
  const fake = new FakeApi({ "GET /me": ME, "GET /alerts/summary": { open: 0 }, ...answers });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const router = createRouter({ routeTree, history: createMemoryHistory({ initialEntries: [path] }) });
  const session = { logOut: () => Promise.resolve() } as unknown as Session;
  render(
    <QueryClientProvider client={queries}>
      <AppContext value={{ session, api: fake.client, feed: { kind: "live" } }}>
        <RouterProvider router={router as never} />
      </AppContext>
    </QueryClientProvider>,
  );
  return fake;
}

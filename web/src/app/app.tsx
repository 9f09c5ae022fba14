import { QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from "react";
import { type Api, createApi } from "../api/client";
import { ApiError, type Session } from "../api/session";
import { Button } from "../ui/controls";
import { AppContext } from "./context";
import { forgetFleet, useKeeping } from "./fleet";
import { useLiveFeed } from "./live";
import { askedWho } from "./me";
import { router } from "./router";

const AGAIN_MS = 5_000;
const Login = lazy(() => import("../features/login/login").then((module) => ({ default: module.Login })));
const LastKnown = lazy(() => import("../features/wall/last-known").then((module) => ({ default: module.LastKnown })));

/** A 4xx will not get better by asking again, but for who has just set up the second factor that was asked for. */
const mayGetBetter = (error: Error) =>
  !(error instanceof ApiError) || error.status >= 500 || error.code === "SECOND_FACTOR_SETUP_NEEDED";

export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, error) => failures < 3 && mayGetBetter(error),
      },
    },
  });
}

function SignedIn({ session }: { session: Session }) {
  const api = useMemo(() => createApi(location.origin, session), [session]);
  const feed = useLiveFeed(api, useMustEnroll(api));
  useKeeping(feed);
  const context = useMemo(() => ({ session, api, feed }), [session, api, feed]);
  return (
    <AppContext value={context}>
      <RouterProvider router={router} />
    </AppContext>
  );
}

/** Whether the caller may do nothing but set up a second factor, as far as that is known already. */
function useMustEnroll(api: Api): boolean {
  return useQuery({ ...askedWho(api), enabled: false }).data?.must_enroll ?? false;
}

type State = "asking" | Awaited<ReturnType<Session["resume"]>>;

interface Props {
  session: Session;
  /** The first answer to whether the session goes on, asked for as early as possible. */
  resumed: ReturnType<Session["resume"]>;
}

/** What is shown depends on one thing first: whether somebody is logged in. */
export function App({ session, resumed }: Props) {
  const queries = useQueryClient();
  const [state, setState] = useState<State>("asking");
  useEffect(() => {
    const stop = session.onChange((signedIn) => {
      if (!signedIn) {
        queries.clear();
        void forgetFleet();
      }
      setState(signedIn ? "in" : "out");
    });
    void resumed.then(setState);
    return stop;
  }, [session, resumed, queries]);
  useEffect(() => {
    if (state !== "unreachable") return;
    const timer = setInterval(() => void session.resume().then(setState), AGAIN_MS);
    return () => clearInterval(timer);
  }, [session, state]);
  if (state === "asking")
    return (
      <Waiting doing="NetPulse is being opened.">
        <Opening />
      </Waiting>
    );
  if (state === "unreachable") return <Unreachable again={() => void session.resume().then(setState)} />;
  if (state === "in") return <SignedIn session={session} />;
  return (
    <Suspense fallback={<Opening />}>
      <Login session={session} />
    </Suspense>
  );
}

function Opening() {
  return (
    <p role="status" className="p-6 text-muted">
      Opening NetPulse…
    </p>
  );
}

/** A screen without a server, with the wall as it was last seen below it where the wall would be. */
function Waiting({ doing, children }: { doing: string; children: ReactNode }) {
  return (
    <>
      {children}
      {location.pathname === "/" && (
        <div className="mx-auto w-full max-w-7xl px-4 pb-5">
          <Suspense>
            <LastKnown doing={doing} />
          </Suspense>
        </div>
      )}
    </>
  );
}

/** The shell without a server: it says so, and never shows an old state as if it were true. */
function Unreachable({ again }: { again: () => void }) {
  return (
    <Waiting doing="NetPulse cannot be reached.">
      <main className="mx-auto flex max-w-sm flex-col items-center justify-center gap-4 px-4 py-16 text-center">
        <img src="/icon.svg" alt="" width={48} height={48} />
        <h1 className="text-xl font-bold">
          <span aria-hidden="true" className="text-offline">
            ▲{" "}
          </span>
          NetPulse cannot be reached
        </h1>
        <p className="text-muted">
          This device is offline, or the server is. The state of your network is not known here; it is tried again every
          few seconds.
        </p>
        <Button look="primary" onClick={again}>
          Try now
        </Button>
      </main>
    </Waiting>
  );
}

import { QueryClient, useQueryClient } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { createApi } from "../api/client";
import { ApiError, type Session } from "../api/session";
import { Login } from "../features/login/login";
import { Button } from "../ui/controls";
import { AppContext } from "./context";
import { useLiveFeed } from "./live";
import { router } from "./router";

const AGAIN_MS = 5_000;

export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // a 4xx will not get better by asking again
        retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
      },
    },
  });
}

function SignedIn({ session }: { session: Session }) {
  const api = useMemo(() => createApi(location.origin, session), [session]);
  const feed = useLiveFeed(api);
  const context = useMemo(() => ({ session, api, feed }), [session, api, feed]);
  return (
    <AppContext value={context}>
      <RouterProvider router={router} />
    </AppContext>
  );
}

/** What is shown depends on one thing first: whether somebody is logged in. */
export function App({ session }: { session: Session }) {
  const queries = useQueryClient();
  const [state, setState] = useState<"asking" | "in" | "out" | "unreachable">("asking");
  useEffect(() => {
    const stop = session.onChange((signedIn) => {
      if (!signedIn) queries.clear();
      setState(signedIn ? "in" : "out");
    });
    void session.resume().then(setState);
    return stop;
  }, [session, queries]);
  useEffect(() => {
    if (state !== "unreachable") return;
    const timer = setInterval(() => void session.resume().then(setState), AGAIN_MS);
    return () => clearInterval(timer);
  }, [session, state]);
  if (state === "asking")
    return (
      <p role="status" className="p-6 text-muted">
        Opening NetPulse…
      </p>
    );
  if (state === "unreachable") return <Unreachable again={() => void session.resume().then(setState)} />;
  return state === "in" ? <SignedIn session={session} /> : <Login session={session} />;
}

/** The shell without a server: it says so, and never shows an old state as if it were true. */
function Unreachable({ again }: { again: () => void }) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col items-center justify-center gap-4 px-4 text-center">
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
  );
}

import "./styles.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode, useEffect, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { createApi } from "./api/client";
import { ApiError, Session } from "./api/session";
import { AppContext } from "./app/context";
import { useLiveFeed } from "./app/live";
import { router } from "./app/router";
import { applyTheme, chosenTheme } from "./app/theme";
import { Login } from "./features/login/login";

const session = new Session("/api/v1");
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // a 4xx will not get better by asking again
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
    },
  },
});

function SignedIn() {
  const api = useMemo(() => createApi(location.origin, session), []);
  const feed = useLiveFeed(api);
  const context = useMemo(() => ({ session, api, feed }), [api, feed]);
  return (
    <AppContext value={context}>
      <RouterProvider router={router} />
    </AppContext>
  );
}

function App() {
  const [state, setState] = useState<"asking" | "in" | "out">("asking");
  useEffect(() => {
    const stop = session.onChange((signedIn) => {
      if (!signedIn) queries.clear();
      setState(signedIn ? "in" : "out");
    });
    void session.resume().then((resumed) => setState(resumed ? "in" : "out"));
    return stop;
  }, []);
  if (state === "asking") return <p className="p-6 text-muted">Opening NetPulse…</p>;
  return state === "in" ? <SignedIn /> : <Login session={session} />;
}

applyTheme(chosenTheme());
const rootElement = document.getElementById("root");
if (!rootElement) throw new Error("index.html has no #root");
createRoot(rootElement).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);

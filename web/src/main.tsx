import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App, createQueries } from "./app/app";
import { resumed, session } from "./opening";
import { registerWorker } from "./pwa/register";

const rootElement = document.getElementById("root");
if (!rootElement) throw new Error("index.html has no #root");
createRoot(rootElement).render(
  <StrictMode>
    <QueryClientProvider client={createQueries()}>
      <App session={session} resumed={resumed} />
    </QueryClientProvider>
  </StrictMode>,
);
if (import.meta.env.PROD) registerWorker();

// a tab that was open during a deployment asks for files that are gone: the new page has its own
addEventListener("vite:preloadError", (event) => {
  const last = Number(sessionStorage.getItem("netpulse-reloaded") ?? 0);
  if (Date.now() - last < 60_000) return;
  event.preventDefault();
  sessionStorage.setItem("netpulse-reloaded", String(Date.now()));
  location.reload();
});

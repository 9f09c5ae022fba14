import "./styles.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Session } from "./api/session";
import { App, createQueries } from "./app/app";
import { applyTheme, chosenTheme } from "./app/theme";
import { registerWorker } from "./pwa/register";

applyTheme(chosenTheme());
const rootElement = document.getElementById("root");
if (!rootElement) throw new Error("index.html has no #root");
createRoot(rootElement).render(
  <StrictMode>
    <QueryClientProvider client={createQueries()}>
      <App session={new Session("/api/v1")} />
    </QueryClientProvider>
  </StrictMode>,
);
if (import.meta.env.PROD) registerWorker();

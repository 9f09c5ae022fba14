import { createContext, useContext } from "react";
import type { Api } from "../api/client";
import type { Session } from "../api/session";
import type { FeedState } from "../lib/live";

export interface Context {
  session: Session;
  api: Api;
  feed: FeedState;
}

export const AppContext = createContext<Context | null>(null);

/** What every screen may use. */
export function useApp(): Context {
  const context = useContext(AppContext);
  if (!context) throw new Error("no AppContext above this component");
  return context;
}

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Api, read } from "../api/client";
import { type CatchUp, type FeedState, LiveFeed, type LiveMessage } from "../lib/live";
import { fleets, SNAPSHOT } from "./fleet";

async function openSocket(api: Api): Promise<WebSocket> {
  const { data } = await read(api.POST("/api/v1/ws-tickets"));
  const url = new URL("/ws", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("ticket", data.ticket);
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.onopen = () => resolve(socket);
    socket.onerror = () => reject(new Error("the socket did not open"));
  });
}

async function since(api: Api, seq: number | null): Promise<CatchUp> {
  const messages: LiveMessage[] = [];
  let from = seq ?? 0;
  for (;;) {
    const query = seq === null ? { since: 0, limit: 1 } : { since: from, limit: 500 };
    const { data } = await read(api.GET("/api/v1/events", { params: { query } }));
    messages.push(...(data.messages as unknown as LiveMessage[]));
    const last = messages.at(-1)?.seq;
    if (seq === null || data.reset || !data.has_more || last === undefined)
      return { messages, last_seq: data.last_seq, reset: data.reset };
    from = last;
  }
}

/** Which views what happened makes old, by the beginning of its name. */
const VIEWS: readonly [RegExp, readonly string[]][] = [
  [/^Notification/, ["deliveries"]],
  [/^Report/, ["reports"]],
  [/^(Alert|Incident)/, ["alerts"]],
  [/^(status$|Device)/, ["devices"]],
  [/^Device(Registered|Updated|Retired)/, SNAPSHOT],
];
const REFRESH_MS = 1_000;

/** Load views anew, at most once a second each, however much happens. */
function refresher(queries: QueryClient) {
  const waiting = new Set<readonly string[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = waiting.size > 0 ? setTimeout(flush, REFRESH_MS) : undefined;
    for (const queryKey of waiting) void queries.invalidateQueries({ queryKey });
    waiting.clear();
  };
  return {
    refresh(views: Iterable<readonly string[]>) {
      for (const view of views) waiting.add(view);
      timer ??= setTimeout(flush, 0);
    },
    stop: () => clearTimeout(timer),
  };
}

/** Keep the views in step with what happens, and say whether that works; not while nothing may be seen. */
export function useLiveFeed(api: Api, isHeld: boolean): FeedState {
  const queries = useQueryClient();
  const [state, setState] = useState<FeedState>({ kind: "catching-up", since: null });
  useEffect(() => {
    if (isHeld) return;
    const { refresh, stop } = refresher(queries);
    const feed = new LiveFeed({
      open: () => openSocket(api),
      since: (seq) => since(api, seq),
      onState: setState,
      onReset: (seq) => {
        // a snapshot that is as new as the feed need not travel twice
        const isNew = fleets.isOurs && (fleets.fleet?.seq ?? 0) >= seq;
        void queries.invalidateQueries({ predicate: ({ queryKey }) => !isNew || queryKey[0] !== SNAPSHOT[0] });
      },
      onMessages: (messages) => {
        const views = new Set<readonly string[]>();
        for (const message of messages) {
          if (message.devices && fleets.apply(message.seq, message.devices)) views.add(SNAPSHOT);
          for (const [what, view] of VIEWS) if (what.test(message.type)) views.add(view);
        }
        refresh(views);
      },
    });
    feed.start();
    return () => {
      feed.stop();
      stop();
    };
  }, [api, isHeld, queries]);
  return state;
}

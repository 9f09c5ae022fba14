import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Api, read } from "../api/client";
import { type CatchUp, type FeedState, LiveFeed, type LiveMessage } from "../lib/live";
import { forgetDeltas, SNAPSHOT, takeDelta } from "./use-snapshot";

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

/** Keep the views in step with what happens, and say whether that works. */
export function useLiveFeed(api: Api): FeedState {
  const queries = useQueryClient();
  const [state, setState] = useState<FeedState>({ kind: "catching-up" });
  useEffect(() => {
    const feed = new LiveFeed({
      open: () => openSocket(api),
      since: (seq) => since(api, seq),
      onState: setState,
      onReset: () => void queries.invalidateQueries(),
      onMessages: (messages) => {
        for (const message of messages) {
          if (message.devices) takeDelta(queries, message.seq, message.devices);
        }
        const heads = new Set(messages.map((message) => message.type));
        if ([...heads].some((type) => type.startsWith("Notification")))
          void queries.invalidateQueries({ queryKey: ["deliveries"] });
        if ([...heads].some((type) => type.startsWith("Report"))) void queries.invalidateQueries({ queryKey: ["reports"] });
        if ([...heads].some((type) => type.startsWith("Alert"))) void queries.invalidateQueries({ queryKey: ["alerts"] });
        if ([...heads].some((type) => type === "status" || type.startsWith("Device"))) {
          void queries.invalidateQueries({ queryKey: ["devices"] });
        }
        if (heads.has("DeviceRegistered.v1") || heads.has("DeviceRetired.v1") || heads.has("DeviceUpdated.v1"))
          void queries.invalidateQueries({ queryKey: SNAPSHOT });
      },
    });
    feed.start();
    return () => {
      feed.stop();
      forgetDeltas();
    };
  }, [api, queries]);
  return state;
}

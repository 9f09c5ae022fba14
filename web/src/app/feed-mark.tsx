import { useEffect, useState } from "react";
import type { FeedState } from "../lib/live";
import { duration } from "../lib/time";

/** Whether what is shown is live, always in sight: a frozen green wall is the worst failure. */
export function FeedMark({ feed }: { feed: FeedState }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const look = {
    live: { text: "● Live", className: "text-online" },
    "catching-up": { text: "◆ Catching up", className: "text-degraded" },
    offline: {
      text: feed.kind === "offline" ? `▲ Offline for ${duration((now - feed.since) / 1000)}` : "",
      className: "text-offline",
    },
  }[feed.kind];
  return (
    <output aria-live="polite" className={`text-xs font-semibold whitespace-nowrap ${look.className}`}>
      {look.text}
    </output>
  );
}

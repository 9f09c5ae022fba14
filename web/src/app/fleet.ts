import { useQuery } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { read, type Schemas } from "../api/client";
import { type Fleet, FleetStore } from "../lib/fleet";
import { forget, keep, recall } from "../lib/kept";
import type { FeedState } from "../lib/live";
import { unpacked } from "../lib/snapshot";
import { earlyDevices } from "../opening";
import { useApp } from "./context";

export const SNAPSHOT = ["snapshot"] as const;
export const fleets = new FleetStore();
const KEEP_MS = 15_000;

let keptAt: number | null = null;

/** Show what was kept of an earlier visit, if anything; says when it was true. */
export async function recallFleet(): Promise<number | null> {
  if (fleets.fleet) return keptAt;
  const kept = await recall();
  if (!kept) return null;
  keptAt = kept.at;
  fleets.loadKept(kept.snapshot);
  return kept.at;
}

/** Keep nothing of a network whose owner has gone. */
export async function forgetFleet(): Promise<void> {
  fleets.clear();
  keptAt = null;
  await forget();
}

/** The fleet as it changes; null before anything is known. */
export function useFleet(): Fleet | null {
  useSyncExternalStore(fleets.subscribe, () => fleets.version);
  return fleets.fleet;
}

/** When the fleet that is shown was true, if that is not now; null where it is live. */
export function useStaleSince(): number | null {
  const { feed } = useApp();
  useSyncExternalStore(fleets.subscribe, () => fleets.version);
  if (!fleets.isOurs) return keptAt;
  return feed.kind === "live" ? null : feed.since;
}

/** Ask the server for every device's name and status, once; the live feed does the rest. */
export function useSnapshotQuery() {
  const { api } = useApp();
  return useQuery({
    queryKey: SNAPSHOT,
    queryFn: async () => {
      const early = (await earlyDevices()) as Schemas["SnapshotView"] | null;
      const data = early ?? (await read(api.GET("/api/v1/devices/snapshot"))).data;
      fleets.load(unpacked(data));
      return data.seq;
    },
  });
}

/** Keep the wall for the next start, every now and then and when the page goes, while it is live. */
export function useKeeping(feed: FeedState): void {
  const isLive = feed.kind === "live";
  useEffect(() => {
    if (!isLive) return;
    let isKept = false;
    const save = () => {
      if (!fleets.fleet || !fleets.isOurs) return;
      isKept = true;
      void keep({ at: Date.now(), snapshot: fleets.fleet.packed() });
    };
    const timer = setInterval(save, KEEP_MS);
    const stop = fleets.subscribe(() => {
      if (!isKept) save();
    });
    addEventListener("pagehide", save);
    save();
    return () => {
      clearInterval(timer);
      stop();
      removeEventListener("pagehide", save);
    };
  }, [isLive]);
}

import { type QueryClient, useQuery } from "@tanstack/react-query";
import { read } from "../api/client";
import { isMissing, RecentDeltas, type Snapshot, type StatusDelta, unpacked, withDelta } from "../lib/snapshot";
import { useApp } from "./context";

export const SNAPSHOT = ["snapshot"] as const;
const recent = new RecentDeltas();

/** Every device's name and status, kept true by the live feed. */
export function useSnapshot() {
  const { api } = useApp();
  return useQuery({
    queryKey: SNAPSHOT,
    queryFn: () => read(api.GET("/api/v1/devices/snapshot")).then((answer) => recent.appliedTo(unpacked(answer.data))),
  });
}

/** Take what the live feed told of devices. */
export function takeDelta(queries: QueryClient, seq: number, devices: readonly StatusDelta[]): void {
  recent.add(seq, devices);
  const old = queries.getQueryData<Snapshot>(SNAPSHOT);
  if (!old) return;
  // to set data makes it count as fresh, also when it was known to be out of date
  const isOutdated = queries.getQueryState(SNAPSHOT)?.isInvalidated || isMissing(old, devices);
  queries.setQueryData<Snapshot>(SNAPSHOT, withDelta(old, devices));
  if (isOutdated) void queries.invalidateQueries({ queryKey: SNAPSHOT });
}

/** Another organisation's numbers and sequence mean nothing here. */
export function forgetDeltas(): void {
  recent.clear();
}

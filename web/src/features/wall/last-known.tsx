import { useEffect, useState, useSyncExternalStore } from "react";
import { fleets, recallFleet } from "../../app/fleet";
import type { Status } from "../../lib/status";
import { WallCanvas } from "./canvas";
import { Counts } from "./counts";
import { Stale } from "./stale";

/** The wall of an earlier visit, marked as old, while NetPulse is being opened or cannot be reached. */
export function LastKnown({ doing }: { doing: string }) {
  const [since, setSince] = useState<number | null>(null);
  const [only, setOnly] = useState<Status | null>(null);
  useSyncExternalStore(fleets.subscribe, () => fleets.version);
  useEffect(() => void recallFleet().then(setSince), []);
  if (since === null || !fleets.fleet) return null;
  return (
    <div>
      <h2 className="sr-only">Status wall, not live</h2>
      <Stale since={since} doing={doing} />
      <Counts fleet={fleets.fleet} isStale only={only} choose={setOnly} />
      <WallCanvas fleet={fleets.fleet} only={only} isStale />
    </div>
  );
}

import type { Fleet } from "../../lib/fleet";
import { LOOK, type Status, STATUSES } from "../../lib/status";

interface Props {
  fleet: Fleet;
  isStale: boolean;
  only: Status | null;
  choose: (status: Status | null) => void;
}

/** How many devices are how; each count filters the wall. */
export function Counts({ fleet, isStale, only, choose }: Props) {
  const counts = fleet.counts();
  return (
    <div className="mb-4 grid grid-cols-2 gap-2 sm:grid-cols-5">
      {STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          aria-pressed={only === status}
          onClick={() => choose(only === status ? null : status)}
          className="flex cursor-pointer items-baseline justify-between gap-2 rounded-lg border border-line bg-panel px-3 py-2 last:col-span-2 hover:bg-raised aria-pressed:border-accent aria-pressed:bg-raised sm:last:col-span-1"
        >
          <span className={`font-medium ${isStale ? "text-muted" : LOOK[status].text}`}>
            <span aria-hidden="true">{LOOK[status].shape} </span>
            {isStale && "was "}
            {LOOK[status].word}
          </span>
          <span className={`text-lg font-bold tabular-nums ${isStale ? "text-muted" : ""}`}>{counts[status]}</span>
        </button>
      ))}
    </div>
  );
}

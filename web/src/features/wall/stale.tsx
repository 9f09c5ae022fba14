import { clock, day, duration } from "../../lib/time";
import { useNow } from "../../ui/ago";

/** Says that what is shown is old, and how old. */
export function Stale({ since, doing }: { since: number; doing: string }) {
  const now = useNow();
  const at = new Date(since);
  const today = day(at) === day(new Date(now)) ? "" : `${day(at)} `;
  return (
    <p role="status" className="mb-4 rounded-lg border border-degraded bg-panel px-4 py-3">
      <span aria-hidden="true" className="text-degraded">
        ◆{" "}
      </span>
      <strong>Not live:</strong> this is the network as it was at {today}
      {clock(at)}, {duration((now - since) / 1000)} ago. {doing}
    </p>
  );
}

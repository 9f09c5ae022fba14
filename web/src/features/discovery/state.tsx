import type { Schemas } from "../../api/client";

const LOOKS: Record<Schemas["ScanView"]["state"], readonly [string, string]> = {
  queued: ["… Waiting for a poller", "text-muted"],
  running: ["◆ Scanning", "text-accent"],
  succeeded: ["● Done", "text-online"],
  failed: ["▲ Failed", "text-offline"],
  cancelled: ["■ Cancelled", "text-muted"],
};

/** How far a scan is, as shape, word and colour. */
export function ScanState({ scan }: { scan: Pick<Schemas["ScanView"], "state" | "progress"> }) {
  const [word, className] = LOOKS[scan.state];
  return (
    <span className={`font-medium whitespace-nowrap tabular-nums ${className}`}>
      {word}
      {scan.state === "running" && `, ${Math.floor(scan.progress * 100)} %`}
    </span>
  );
}

import { LOOK, type Status } from "../lib/status";

/** A status as shape, word and colour together. */
export function StatusMark({ status, maintenance = false }: { status: Status; maintenance?: boolean }) {
  const look = LOOK[status];
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium whitespace-nowrap ${look.text}`}>
      <span aria-hidden="true">{look.shape}</span>
      {look.word}
      {maintenance && <span className="text-maintenance">■ Maintenance</span>}
    </span>
  );
}

const SEVERITY: Record<string, { word: string; shape: string; className: string }> = {
  critical: { word: "Critical", shape: "▲", className: "text-offline" },
  warning: { word: "Warning", shape: "◆", className: "text-degraded" },
  info: { word: "Info", shape: "●", className: "text-accent" },
};

/** A severity as shape, word and colour together. */
export function SeverityMark({ severity }: { severity: string }) {
  const look = SEVERITY[severity] ?? { word: severity, shape: "?", className: "text-unknown" };
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium whitespace-nowrap ${look.className}`}>
      <span aria-hidden="true">{look.shape}</span>
      {look.word}
    </span>
  );
}

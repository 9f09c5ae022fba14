import type { Schemas } from "../../api/client";

type State = Schemas["State"];

export const STATES: Record<State, { word: string; shape: string; text: string }> = {
  pending: { word: "Pending", shape: "◇", text: "text-unknown" },
  firing: { word: "Open", shape: "▲", text: "text-offline" },
  acknowledged: { word: "Acknowledged", shape: "✓", text: "text-degraded" },
  suppressed: { word: "Suppressed", shape: "■", text: "text-maintenance" },
  resolved: { word: "Resolved", shape: "●", text: "text-online" },
};

/** Where a problem stands as shape, word and colour together. */
export function AlertMark({ state, acknowledged = false }: { state: State; acknowledged?: boolean }) {
  const look = STATES[state === "firing" && acknowledged ? "acknowledged" : state];
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium whitespace-nowrap ${look.text}`}>
      <span aria-hidden="true">{look.shape}</span>
      {look.word}
    </span>
  );
}

import type { Schemas } from "../../api/client";

/** One of the times that were promised for a problem. */
export interface Aim {
  name: string;
  /** How much of the time is gone, or was taken. */
  percent: number;
  /** When the time is gone; null: never, as things stand. */
  by: string | null;
  doneAt: string | null;
  isLate: boolean;
  isPaused: boolean;
}

/** What was promised for a problem: nothing, one time, or both. */
export function aimsOf(level: Schemas["AlertLevelView"]): Aim[] {
  const isPaused = level.is_paused ?? false;
  const both = [
    {
      ...{ name: "Response", percent: level.respond_percent },
      ...{ by: level.respond_by ?? null, doneAt: level.responded_at ?? null, isLate: level.is_response_late ?? false, isPaused },
    },
    {
      ...{ name: "Restoration", percent: level.restore_percent },
      ...{ by: level.restore_by ?? null, doneAt: level.restored_at ?? null, isLate: level.is_restoration_late ?? false, isPaused },
    },
  ];
  return both.flatMap((aim) => (aim.percent == null ? [] : [{ ...aim, percent: aim.percent }]));
}

export type Standing = "kept" | "missed" | "paused" | "half" | "soon" | "fine";

/** How a promise stands; its marks are at 50, 75 and 100 % of the time. */
export function standingOf({ percent, doneAt, isLate, isPaused }: Aim): Standing {
  if (isLate) return "missed";
  if (doneAt) return "kept";
  if (isPaused) return "paused";
  if (percent >= 75) return "soon";
  return percent >= 50 ? "half" : "fine";
}

/** Each standing as shape, word and colour together. */
export const LOOKS: Record<Standing, { word: string; shape: string; text: string; bar: string }> = {
  kept: { word: "Kept", shape: "●", text: "text-online", bar: "bg-online" },
  missed: { word: "Late", shape: "▲", text: "text-offline", bar: "bg-offline" },
  paused: { word: "Stands still", shape: "■", text: "text-maintenance", bar: "bg-maintenance" },
  soon: { word: "Nearly gone", shape: "◆", text: "text-degraded", bar: "bg-degraded" },
  half: { word: "Half gone", shape: "◆", text: "text-degraded", bar: "bg-degraded" },
  fine: { word: "In time", shape: "●", text: "text-online", bar: "bg-online" },
};

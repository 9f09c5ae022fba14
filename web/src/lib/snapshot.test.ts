import { describe, expect, it } from "vitest";
import type { Snapshot } from "../api/client";
import { isMissing, RecentDeltas, withDelta } from "./snapshot";

const SNAPSHOT: Snapshot = {
  seq: 10,
  at: "2026-11-23T13:00:00Z",
  status_names: ["online", "degraded", "offline", "unreachable", "unknown"],
  type_names: ["router"],
  numbers: [7, 9],
  names: ["a", "b"],
  statuses: "00",
  types: [0, 0],
  maintenance: [],
};

describe("snapshot", () => {
  it("takes a status that changed", () => {
    expect(withDelta(SNAPSHOT, [[9, "offline", 0]]).statuses).toBe("02");
  });
  it("shows a status that it never heard of as unknown", () => {
    expect(withDelta(SNAPSHOT, [[9, "splendid", 0]]).statuses).toBe("04");
  });
  it("knows that it lacks a device", () => {
    expect(isMissing(SNAPSHOT, [[7, "offline", 0]])).toBe(false);
    expect(isMissing(SNAPSHOT, [[8, "offline", 0]])).toBe(true);
  });
  it("is not undone by an answer that was older than what the feed told", () => {
    const recent = new RecentDeltas();
    recent.add(10, [[7, "offline", 0]]);
    recent.add(11, [[9, "offline", 0]]);
    expect(recent.appliedTo(SNAPSHOT).statuses).toBe("02");
  });
});

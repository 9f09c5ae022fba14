import { describe, expect, it } from "vitest";
import { isMissing, RecentDeltas, type Snapshot, unpacked, withDelta } from "./snapshot";

const SNAPSHOT: Snapshot = {
  seq: 10,
  at: "2026-11-23T13:00:00Z",
  status_names: ["online", "degraded", "offline", "unreachable", "unknown"],
  numbers: [7, 9],
  names: ["a", "b"],
  statuses: "00",
  maintenance: [],
};

describe("snapshot", () => {
  it("reads names and numbers by the ones before", () => {
    const { seq, at, status_names } = SNAPSHOT;
    const told = { seq, at, status_names, statuses: "02", maintenance: [7] };
    expect(unpacked({ ...told, name_steps: ["0mast-1", "52"], number_steps: [9, -2] })).toEqual({
      ...told,
      names: ["mast-1", "mast-2"],
      numbers: [9, 7],
    });
  });
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

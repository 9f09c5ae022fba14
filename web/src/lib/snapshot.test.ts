import { beforeEach, describe, expect, it, vi } from "vitest";
import { Fleet, FleetStore } from "./fleet";
import { type Snapshot, unpacked } from "./snapshot";

const SNAPSHOT: Snapshot = {
  seq: 10,
  at: "2026-11-23T13:00:00Z",
  status_names: ["online", "degraded", "offline", "unreachable", "unknown"],
  numbers: [7, 9, 8],
  names: ["mast-2", "mast-10", "hut"],
  statuses: "000",
  maintenance: [8],
};
const shown = (fleet: Fleet | null) => fleet?.order(null).map((at) => fleet.tile(at).name);

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
});

describe("fleet", () => {
  it("puts the worst first, then sorts names as people count", () => {
    const fleet = new Fleet(SNAPSHOT);
    expect(shown(fleet)).toEqual(["hut", "mast-2", "mast-10"]);
    fleet.apply([[9, "offline", 0]]);
    expect(shown(fleet)).toEqual(["hut", "mast-2", "mast-10"]);
    fleet.sort();
    expect(shown(fleet)).toEqual(["mast-10", "hut", "mast-2"]);
    expect(fleet.counts()).toMatchObject({ offline: 1, online: 2 });
    expect(fleet.order("offline").map((at) => fleet.tile(at).number)).toEqual([9]);
  });
  it("shows a status that it never heard of as unknown, never green", () => {
    const fleet = new Fleet({ ...SNAPSHOT, status_names: ["splendid"] });
    expect(fleet.counts()).toMatchObject({ unknown: 3, online: 0 });
    fleet.apply([[7, "glorious", 0]]);
    expect(fleet.counts().unknown).toBe(3);
  });
  it("says that it lacks a device", () => {
    const fleet = new Fleet(SNAPSHOT);
    expect(fleet.apply([[7, "offline", 0]])).toEqual({ changed: [0], isMissing: false });
    expect(fleet.apply([[6, "offline", 0]])).toEqual({ changed: [], isMissing: true });
  });
  it("is the same after it was kept", () => {
    const fleet = new Fleet(SNAPSHOT);
    fleet.apply([[9, "degraded", 0]]);
    const again = new Fleet(fleet.packed());
    expect(shown(again)).toEqual(shown(fleet));
    expect(again.counts()).toEqual(fleet.counts());
  });
});

describe("the fleet that is shown", () => {
  beforeEach(() => void vi.stubGlobal("requestAnimationFrame", (run: () => void) => setTimeout(run, 0)));

  it("is not undone by an answer that was older than what the feed told", () => {
    const store = new FleetStore();
    store.apply(10, [[7, "offline", 0]]);
    store.apply(11, [[9, "offline", 0]]);
    store.load(SNAPSHOT);
    expect(store.fleet?.counts()).toMatchObject({ offline: 1, online: 2 });
  });
  it("takes what was kept only until the server has told something", () => {
    const store = new FleetStore();
    store.loadKept({ ...SNAPSHOT, statuses: "222" });
    expect([store.isOurs, store.fleet?.counts().offline]).toEqual([false, 3]);
    store.apply(12, [[7, "online", 0]]);
    expect(store.fleet?.counts().offline).toBe(3);
    store.load(SNAPSHOT);
    store.loadKept({ ...SNAPSHOT, statuses: "222" });
    expect([store.isOurs, store.fleet?.counts().offline]).toEqual([true, 0]);
  });
  it("tells who paints of any number of changes once a frame, and of places once a second", () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "performance"], now: 5_000 });
    const store = new FleetStore();
    const [painter, listener] = [vi.fn(), vi.fn()];
    store.load(SNAPSHOT);
    store.subscribe(listener);
    store.onPaint((changed) => painter(changed && [...changed]));
    expect(shown(store.fleet)).toEqual(["hut", "mast-2", "mast-10"]);
    for (let seq = 11; seq < 50; seq += 1) store.apply(seq, [[9, seq % 2 ? "offline" : "online", 0]]);
    vi.advanceTimersByTime(20);
    expect(painter.mock.calls).toEqual([[[1]]]);
    expect(shown(store.fleet)).toEqual(["hut", "mast-2", "mast-10"]);
    vi.advanceTimersByTime(1_300);
    expect(painter).toHaveBeenLastCalledWith(null);
    expect(shown(store.fleet)).toEqual(["mast-10", "hut", "mast-2"]);
    expect(listener.mock.calls.length).toBeLessThan(6);
    vi.useRealTimers();
  });
});

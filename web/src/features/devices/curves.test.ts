import { describe, expect, it } from "vitest";
import { aligned, labelOf } from "./curves";

const RTT = { metric: "icmp_rtt_avg_ms", entity: "" };

describe("curves over one axis", () => {
  it("takes columns as they came where all share their instants", () => {
    const times = [0, 60, 120];
    const values = [1, null, 3];
    const data = aligned([times], [{ ...RTT, axis: 0, values }]);
    expect(data).toEqual([times, values]);
    expect(data[0]).toBe(times);
    expect(data[1]).toBe(values);
  });

  it("tells a gap from an instant at which only others were measured", () => {
    const data = aligned(
      [[0, 60, 120], [30, 60]],
      [
        { ...RTT, axis: 0, values: [1, null, 3] },
        { ...RTT, axis: 1, values: [7, 8] },
      ],
    );
    expect(data).toEqual([
      [0, 30, 60, 120],
      [1, undefined, null, 3],
      [undefined, 7, 8, undefined],
    ]);
  });

  it("shows a share as people read it and leaves its gaps", () => {
    expect(aligned([[0, 60]], [{ metric: "icmp_loss_ratio", entity: "", axis: 0, values: [0.25, null] }])[1]).toEqual([25, null]);
  });

  it("has nothing to draw where nothing was measured", () => expect(aligned([], [])).toEqual([[]]));
});

describe("a curve's name", () => {
  it.each([
    ["icmp_rtt_avg_ms", "", "Round trip, average"],
    ["if_in_bps", "if:ether1", "In"],
    ["memory_usage", "memory:Memory heap", "Memory heap"],
    ["disk_usage", "storage:/var", "Disk /var"],
  ])("of %s at '%s' is %s", (metric, entity, name) => expect(labelOf({ metric, entity })).toBe(name));
});

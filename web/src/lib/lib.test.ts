import { describe, expect, it } from "vitest";
import { asStatus, LOOK, STATUSES } from "./status";
import { ago, axisLabels, duration } from "./time";

describe("status", () => {
  it("never shows something unheard-of as well", () => {
    expect(asStatus("splendid")).toBe("unknown");
  });
  it("tells every status by a shape and a word of its own", () => {
    expect(new Set(STATUSES.map((status) => LOOK[status].shape)).size).toBe(STATUSES.length);
    expect(new Set(STATUSES.map((status) => LOOK[status].word)).size).toBe(STATUSES.length);
  });
});

describe("time", () => {
  it.each([
    [0, "0 s"],
    [59, "59 s"],
    [65, "1 min 5 s"],
    [3600, "1 h"],
    [90_061, "1 d 1 h"],
  ])("says %d seconds as %s", (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });
  it("says never for what was never seen", () => {
    expect(ago(null)).toBe("never");
  });
});

describe("time axis", () => {
  it("uses the 24 hour clock and says the day where it changes", () => {
    const at = (hour: number) => new Date(2026, 10, 23, hour).getTime() / 1000;
    expect(axisLabels([at(13), at(14), at(24)], 3600)).toEqual(["13:00\n23 Nov", "14:00", "00:00\n24 Nov"]);
  });
});

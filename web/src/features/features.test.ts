import { describe, expect, it } from "vitest";
import { bytes, levelOf } from "./devices/sensors";
import { addressesIn, networksIn } from "./discovery/networks";
import { asWritten, inWords, type Rule, scopeInWords } from "./rules/rule";

const LIMITS = { low_critical: null, low_warning: 5, high_warning: 60, high_critical: 75 };
const RULE: Rule = {
  id: "r",
  name: "Slow",
  description: "",
  kind: "threshold",
  metric: "icmp_rtt_avg_ms",
  entity: "",
  comparison: ">",
  threshold: 150,
  clear_threshold: 100,
  critical_threshold: null,
  for_seconds: 60,
  keep_firing_for_seconds: 30,
  breaches: 3,
  of_last: 5,
  clears: 1,
  window_seconds: 0,
  from_value: null,
  to_value: null,
  speed_bps: null,
  severity: "warning",
  scope: { device_ids: [], group_ids: [], tags: [], device_types: [] },
  enabled: true,
  overrides: 0,
  version: 2,
  built_in: false,
  created_at: "2026-11-23T13:00:00Z",
  updated_at: "2026-11-23T13:00:00Z",
} as unknown as Rule;

describe("a sensor's value", () => {
  it.each([
    [80, "critical"],
    [60, "warning"],
    [5, "warning"],
    [30, "fine"],
    [null, null],
  ])("of %s is %s by its own limits", (value, level) => {
    expect(levelOf({ value, ...LIMITS })).toBe(level);
  });
  it("without limits is not judged", () => {
    expect(levelOf({ value: 1, low_critical: null, low_warning: null, high_warning: null, high_critical: null })).toBeNull();
  });
});

describe("bytes", () => {
  it.each([
    [0, "0 B"],
    [1536, "1.5 KiB"],
    [17_179_869_184, "16 GiB"],
  ])("%d are %s", (count, text) => expect(bytes(count)).toBe(text));
});

describe("networks to scan", () => {
  it("are read however they are separated", () => {
    expect(networksIn(" 198.51.100.0/24,\n203.0.113.7  ")).toEqual(["198.51.100.0/24", "203.0.113.7"]);
  });
  it.each([
    ["198.51.100.0/24", 256],
    ["203.0.113.7", 1],
    ["2001:db8::/120", 256],
    ["mast", 0],
    ["203.0.113.0/40", 0],
  ])("%s has %d addresses", (network, count) => expect(addressesIn(network)).toBe(count));
});

describe("a rule", () => {
  it("is said as a sentence", () => {
    expect(inWords(RULE)).toBe("Round trip, average > 150 ms for 1 min; clears at 100 ms");
    expect(inWords({ ...RULE, kind: "missing_data", threshold: null })).toBe("No data of Round trip, average for 1 min");
  });
  it("says what it applies to", () => {
    expect(scopeInWords(RULE.scope)).toBe("On all devices");
    expect(scopeInWords({ ...RULE.scope, device_ids: ["a"], tags: ["core"] })).toBe("On #core, one device");
  });
  it("keeps what a form does not show", () => {
    expect(asWritten(RULE)).toMatchObject({ breaches: 3, of_last: 5, keep_firing_for_seconds: 30 });
    expect(Object.keys(asWritten(RULE))).not.toContain("version");
  });
});

import type uPlot from "uplot";
import { describe, expect, it } from "vitest";
import type { Schemas } from "../../api/client";
import { bandOf, drawBands, looksAt, parts, watched } from "./bands";

const HOUR = 3_600;
const DEVICE = "d1";
const rule = (over: object = {}) =>
  ({ id: "r1", name: "Unusual", metric: "icmp_loss_ratio", entity: "*", overrides: [], history_hours: 168, ...over }) as unknown as Schemas["RuleView"];
const view = (over: object = {}): Schemas["BandView"] => ({
  ...{ rule_id: "r1", device_id: DEVICE, metric: "icmp_loss_ratio", entity: "", time_zone: "UTC", learnt_until: null },
  ...{ learnt_hours: 200, ready: true },
  points: [0, 1, 3].map((hour) => ({ time: new Date(hour * HOUR * 1000).toISOString(), lower: -0.01, expected: 0.01 * hour, upper: 0.1 })),
  ...over,
});

describe("a rule's pattern", () => {
  it.each([
    ["*", "", true],
    ["", "", true],
    ["", "if:ether1", false],
    ["if:ether*", "if:ether12", true],
    ["if:ether?", "if:ether12", false],
    ["if:ge-0/0/[!3]", "if:ge-0/0/2", true],
    ["if:ge-0/0/[!3]", "if:ge-0/0/3", false],
    ["if:a.b", "if:axb", false],
    ["if:a(b", "if:a(b", true],
  ])("%s and the part %s: %s", (pattern, entity, isSo) => expect(looksAt(pattern, entity)).toBe(isSo));

  it("leaves out other measurements and rules the device is exempt from", () => {
    const curves = [{ metric: "icmp_rtt_avg_ms", entity: "" }, { metric: "icmp_loss_ratio", entity: "" }];
    expect(watched([rule()], DEVICE, curves)).toMatchObject([{ curve: 1, entity: "" }]);
    expect(watched([rule({ overrides: [{ device_id: DEVICE, enabled: false }] })], DEVICE, curves)).toEqual([]);
    expect(watched([rule({ overrides: [{ device_id: "other", enabled: false }] })], DEVICE, curves)).toHaveLength(1);
  });
});

describe("what is usual", () => {
  it("is said as people read it, of the hour that is looked at", () => {
    const band = bandOf(view(), rule(), 0, 1.5 * HOUR);
    expect(band.words).toBe("Usual for Packet loss at the right edge: 0 to 10 %, 1 expected (rule Unusual).");
  });

  it("says that it is learnt still, and that nothing is known where nothing was learnt", () => {
    const band = bandOf(view({ ready: false, learnt_hours: 30 }), rule(), 0, HOUR);
    expect(band.words).toContain("Still learning: 30 of 168 hours");
    const empty = bandOf(view({ points: [], ready: false, learnt_hours: 0 }), rule(), 0, HOUR);
    expect([empty.hours, empty.words]).toEqual([[], expect.stringMatching(/: not known yet .* 0 of 168 hours/)]);
  });

  it("is drawn hour by hour inside the chart, and not where it is not known", () => {
    const band = bandOf(view(), rule(), 0, HOUR);
    expect(parts(band, HOUR / 2, 3.5 * HOUR).map(({ begin, end }) => [begin / HOUR, end / HOUR])).toEqual([
      [0.5, 1],
      [1, 2],
      [3, 3.5],
    ]);
    const drawn: [string, number, number, number, number][] = [];
    const ctx = {
      ...{ fillStyle: "", save() {}, restore() {}, beginPath() {}, rect() {}, clip() {} },
      fillRect(x: number, y: number, width: number, height: number) {
        drawn.push([this.fillStyle, x, y, width, height]);
      },
    };
    const plot = {
      ...{ ctx, bbox: { left: 0, top: 0, width: 400, height: 100 }, scales: { x: { min: 0, max: 4 * HOUR } } },
      valToPos: (value: number, scale: string) => (scale === "x" ? (value / HOUR) * 100 : 100 - value),
    };
    drawBands(plot as unknown as uPlot, [band], ["#112233"]);
    const areas = drawn.filter(([colour]) => colour === "#1122332e");
    expect(areas.map(([, x, y, width, height]) => [x, y, width, height])).toEqual([
      [0, 90, 100, 11],
      [100, 90, 100, 11],
      [300, 90, 100, 11],
    ]);
  });
});

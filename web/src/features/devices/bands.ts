import { useQueries, useQuery } from "@tanstack/react-query";
import type uPlot from "uplot";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { metricLook, short } from "../../lib/metrics";

type Rule = Schemas["RuleView"];
type BandView = Schemas["BandView"];

const HOUR_S = 3_600;
/** The API tells bands of at most so long a time. */
const LONGEST_S = 31 * 24 * HOUR_S;
/** More on one chart are a blur. */
const MOST = 3;

/** What is usual for a curve, hour by hour, in the unit people read. */
export interface Band {
  /** The place of its curve. */
  curve: number;
  hours: readonly { begin: number; lower: number; expected: number; upper: number }[];
  /** The same in a sentence. */
  words: string;
}

interface Curve {
  metric: string;
  entity: string;
}

/** Whether a rule's pattern (`*`, `?`, `[ab]`) takes in a part of a device. */
export function looksAt(pattern: string, entity: string): boolean {
  if (pattern === "*") return true;
  const expression = pattern.replace(/[.+^${}()|\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".").replaceAll("[!", "[^");
  try {
    return new RegExp(`^${expression}$`).test(entity);
  } catch {
    return pattern === entity;
  }
}

/** The enabled rules about what is unusual that a device has, and the curves that each looks at. */
export function watched(rules: readonly Rule[], deviceId: string, curves: readonly Curve[]) {
  return rules
    .filter(({ overrides }) => overrides.find((each) => each.device_id === deviceId)?.enabled ?? true)
    .flatMap((rule) =>
      curves.flatMap(({ metric, entity }, curve) =>
        rule.metric === metric && looksAt(rule.entity, entity) ? [{ rule, curve, entity }] : [],
      ),
    );
}

/** A band as it is drawn and told of; without hours where nothing was learnt yet. */
export function bandOf(view: BandView, rule: Pick<Rule, "name" | "history_hours">, curve: number, now: number): Band {
  const { name, unit, factor = 1 } = metricLook(view.metric);
  const hours = view.points.map((point) => ({
    begin: Date.parse(point.time) / 1000,
    lower: point.lower * factor,
    expected: point.expected * factor,
    upper: point.upper * factor,
  }));
  const said = hours.find(({ begin }) => begin <= now && now < begin + HOUR_S) ?? hours.at(-1);
  const value = (at: number) => short(Math.max(0, at));
  const range = said ? `${value(said.lower)} to ${value(said.upper)} ${unit}, ${value(said.expected)} expected` : "not known yet";
  const learning = view.ready ? "" : ` Still learning: ${view.learnt_hours} of ${rule.history_hours} hours, so it tells nobody yet.`;
  return { curve, hours, words: `Usual for ${name} at the right edge: ${range} (rule ${rule.name}).${learning}` };
}

/** The parts of a band that lie in a time, as `[from, to, hour]`; hours that are not known are left out. */
export function parts({ hours }: Band, from: number, to: number) {
  return hours.flatMap((hour) => {
    const [begin, end] = [Math.max(from, hour.begin), Math.min(to, hour.begin + HOUR_S)];
    return begin < end ? [{ ...hour, begin, end }] : [];
  });
}

/** Draws bands behind the curves, each in its curve's colour. */
export function drawBands(plot: uPlot, bands: readonly Band[], colours: readonly string[]): void {
  const { ctx, bbox, scales } = plot;
  const { min, max } = scales["x"] ?? {};
  if (min == null || max == null) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const band of bands) {
    const colour = colours[band.curve % colours.length] ?? "";
    for (const { begin, end, lower, expected, upper } of parts(band, min, max)) {
      const left = Math.round(plot.valToPos(begin, "x", true));
      const width = Math.round(plot.valToPos(end, "x", true)) - left;
      const top = plot.valToPos(upper, "y", true);
      ctx.fillStyle = `${colour}2e`;
      ctx.fillRect(left, top, width, plot.valToPos(lower, "y", true) - top);
      ctx.fillStyle = `${colour}80`;
      ctx.fillRect(left, plot.valToPos(expected, "y", true), width, devicePixelRatio);
    }
  }
  ctx.restore();
}

/** What is usual for the curves of a device, by the rules that watch for the unusual. */
export function useBands(deviceId: string, curves: readonly Curve[], from: number, to: number): readonly Band[] {
  const { api } = useApp();
  const mayRead = useCan("alert:read");
  const rules = useQuery({
    queryKey: ["rules", "anomaly", deviceId],
    enabled: mayRead,
    staleTime: 60_000,
    queryFn: () =>
      read(
        api.GET("/api/v1/alert-rules", {
          params: { query: { kind: "anomaly", enabled: true, device_id: deviceId, per_page: 200 } },
        }),
      ).then((answer) => answer.data),
  });
  // whole hours, so that a chart that goes on asks once an hour
  const since = Math.floor(from / HOUR_S) * HOUR_S;
  const until = Math.ceil(to / HOUR_S) * HOUR_S;
  const canBeTold = since < until && until - since <= LONGEST_S;
  const asked = canBeTold ? watched(rules.data ?? [], deviceId, curves).slice(0, MOST) : [];
  return useQueries({
    queries: asked.map(({ rule, curve, entity }) => ({
      queryKey: ["baseline", rule.id, rule.version, deviceId, entity, since, until],
      staleTime: 3_600_000,
      queryFn: () =>
        read(
          api.GET("/api/v1/alert-rules/{rule_id}/baseline", {
            params: { path: { rule_id: rule.id }, query: { device_id: deviceId, entity, since: iso(since), until: iso(until) } },
          }),
        ).then((answer) => bandOf(answer.data, rule, curve, to)),
    })),
    combine: (answers) => answers.flatMap(({ data }) => data ?? []),
  });
}

const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

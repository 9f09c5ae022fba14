import type { Schemas } from "../../api/client";
import { metricLook } from "../../lib/metrics";
import type { Asked } from "./search";

export type Combine = Schemas["Combine"];
/** A curve in columns. */
type Curve = Omit<Schemas["QueryCurveView"], "points" | "earlier_points">;

export const listOf = (text = ""): string[] => text.split(",").filter(Boolean);

/** How many points a curve has at most: about the width of the chart. */
const POINTS = 800;

/** The question as the API takes it. */
export function queryOf(asked: Asked): Schemas["QueryIn"] {
  const { metric = "icmp_rtt_avg_ms", entity, range = "24h", from, to } = asked;
  return {
    metrics: [metric],
    device_ids: listOf(asked.devices),
    group_ids: listOf(asked.groups),
    tags: listOf(asked.tags),
    entities: entity ? [entity] : [],
    ...(from && to ? { from, to } : { from: `-${range}` }),
    combine: (asked.combine as Combine) || null,
    group_by: asked.combine && asked.by ? [asked.by as Schemas["Key"]] : [],
    compare: asked.compare || null,
    format: "columns",
    max_points: POINTS,
  };
}

/** What a curve is called: what tells it from the others. */
export function labelOf(curve: Curve): string {
  if (curve.group && Object.keys(curve.group).length > 0) return Object.values(curve.group).join(", ");
  if (!curve.device_name) return `${curve.series_count} series`;
  const entity = curve.entity?.replace(/^\w+:/, "");
  return entity ? `${curve.device_name}, ${entity}` : curve.device_name;
}

export const MOST_CURVES = 12;

export interface Drawn {
  labels: string[];
  dashed: boolean[];
  data: [number[], ...(number | null)[][]];
  leftOut: number;
}

/** The answer as the chart takes it: each curve, then each as it was before. */
export function drawnOf(answer: { times?: number[] | null; series: readonly Curve[] }, before: string): Drawn {
  const curves = answer.series.slice(0, MOST_CURVES);
  const { factor = 1 } = metricLook(curves[0]?.metric ?? "");
  const column = (values: Curve["values"]) => (values ?? []).map((value) => (value === null ? null : value * factor));
  const earlier = curves.some((curve) => curve.earlier_values) ? curves : [];
  return {
    labels: [...curves.map(labelOf), ...earlier.map((curve) => `${labelOf(curve)}, ${before}`)],
    dashed: [...curves.map(() => false), ...earlier.map(() => true)],
    data: [answer.times ?? [], ...curves.map((curve) => column(curve.values)), ...earlier.map((curve) => column(curve.earlier_values))],
    leftOut: answer.series.length - curves.length,
  };
}

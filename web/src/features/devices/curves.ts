import type uPlot from "uplot";
import { metricLook } from "../../lib/metrics";

/** A stored curve in columns. */
export interface Stored {
  metric: string;
  entity: string;
  /** Which of the answer's axes its values are on. */
  axis?: number | null;
  values?: readonly (number | null)[] | null;
}

type Values = (number | null | undefined)[];

/** The curves over one axis of time, in the unit people read. A value is null in a gap. */
export function aligned(axes: readonly number[][], curves: readonly Stored[]): uPlot.AlignedData {
  const columns = curves.map(valuesOf);
  const [only = []] = axes;
  // what is measured together has the same instants: nothing to merge
  if (axes.length <= 1) return [only, ...columns];
  const times = [...new Set(axes.flat())].sort((a, b) => a - b);
  const places = new Map(times.map((time, place) => [time, place]));
  return [
    times,
    ...columns.map((values, index) => {
      // undefined where only others were measured: no gap, the line goes on
      const column: Values = new Array<undefined>(times.length).fill(undefined);
      axes[curves[index]?.axis ?? 0]?.forEach((time, at) => (column[places.get(time) ?? 0] = values[at]));
      return column;
    }),
  ];
}

function valuesOf({ metric, values }: Stored): Values {
  const { factor = 1 } = metricLook(metric);
  // as they came where nothing is to be multiplied: a long curve is read once
  if (factor === 1) return (values ?? []) as Values;
  return (values ?? []).map((value) => (value === null ? null : value * factor));
}

/** What a curve is called: by what is measured, or by the part of the device. */
export function labelOf({ metric, entity }: Stored): string {
  const { name } = metricLook(metric);
  const what = entity.replace(/^(storage|memory|cpu|sensor):/, "");
  if (entity.startsWith("if:") || !what) return name;
  return what.toLowerCase().startsWith(name.toLowerCase()) ? what : `${name} ${what}`;
}

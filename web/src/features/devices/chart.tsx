import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import uPlot from "uplot";

export interface Curve {
  label: string;
  points: readonly (readonly [string, number | null])[];
}

const COLOURS = ["#6cb2ff", "#fbbf24", "#34d399", "#f08ac8", "#93a5ff"];

/** The curves on one time axis: `[times, values, values…]`, gaps kept as gaps. */
export function aligned(curves: readonly Curve[]): uPlot.AlignedData {
  const times = [...new Set(curves.flatMap((curve) => curve.points.map(([at]) => Date.parse(at) / 1000)))].sort(
    (a, b) => a - b,
  );
  const columns = curves.map((curve) => {
    const values = new Map(curve.points.map(([at, value]) => [Date.parse(at) / 1000, value]));
    return times.map((time) => values.get(time) ?? null);
  });
  return [times, ...columns];
}

/** A line chart: drag to zoom, double-click to see all again. */
export function Chart({ curves, unit, name }: { curves: readonly Curve[]; unit: string; name: string }) {
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const parent = holder.current;
    if (!parent) return;
    const style = getComputedStyle(parent);
    const axis: uPlot.Axis = { stroke: style.color, grid: { stroke: "#80808033" }, ticks: { stroke: "#80808033" } };
    const plot = new uPlot(
      {
        width: parent.clientWidth,
        height: 220,
        cursor: { sync: { key: "device" } },
        series: [
          {},
          ...curves.map((curve, index) => ({
            label: curve.label,
            stroke: COLOURS[index % COLOURS.length] ?? "#888",
            width: 1.5,
            spanGaps: false,
            value: (_: uPlot, value: number | null) => (value === null ? "no data" : `${short(value)} ${unit}`),
          })),
        ],
        axes: [axis, { ...axis, size: 64, values: (_, ticks) => ticks.map((tick) => short(tick)) }],
      },
      aligned(curves),
      parent,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: parent.clientWidth, height: 220 }));
    observer.observe(parent);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [curves, unit]);
  return <div ref={holder} role="img" aria-label={name} className="w-full overflow-hidden" />;
}

/** A number with an SI letter, e.g. `12.5 M`. */
export function short(value: number): string {
  for (const [letter, size] of [
    ["T", 1e12],
    ["G", 1e9],
    ["M", 1e6],
    ["k", 1e3],
  ] as const)
    if (Math.abs(value) >= size) return `${Number((value / size).toPrecision(4))} ${letter}`;
  return String(Number(value.toPrecision(4)));
}

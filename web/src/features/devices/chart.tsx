import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useShownTheme } from "../../app/theme";
import { short } from "../../lib/metrics";
import { axisLabels, clock, day } from "../../lib/time";

export interface Curve {
  label: string;
  points: readonly (readonly [string, number | null])[];
}

const HEIGHT = 220;
const COLOURS = {
  dark: ["#6cb2ff", "#fbbf24", "#34d399", "#f08ac8", "#93a5ff"],
  light: ["#0b62c4", "#9a5b00", "#0a7a4b", "#a03c79", "#3c4fb0"],
};

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

interface Props {
  curves: readonly Curve[];
  unit: string;
  name: string;
  /** The first and last instant of the time axis, in seconds. */
  span: readonly [number, number];
  /** Told the part of time that was drawn over, to be shown alone. */
  zoom: (from: Date, to: Date) => void;
  reset: () => void;
}

/** A line chart: drag to zoom, double-click to see all again. */
export function Chart({ curves, unit, name, span, zoom, reset }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const acts = useRef({ zoom, reset });
  const theme = useShownTheme();
  useEffect(() => {
    acts.current = { zoom, reset };
  });
  useEffect(() => {
    const parent = holder.current;
    if (!parent) return;
    const ink = getComputedStyle(parent).color;
    const options = optionsOf(curves, unit, span, COLOURS[theme], ink, (from, to) => acts.current.zoom(from, to));
    const plot = new uPlot({ ...options, width: parent.clientWidth, height: HEIGHT }, aligned(curves), parent);
    const again = () => acts.current.reset();
    plot.over.addEventListener("dblclick", again);
    const observer = new ResizeObserver(() => plot.setSize({ width: parent.clientWidth, height: HEIGHT }));
    observer.observe(parent);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [curves, unit, span, theme]);
  return <div ref={holder} role="group" aria-label={name} className="chart w-full overflow-hidden text-muted" />;
}

function optionsOf(
  curves: readonly Curve[],
  unit: string,
  span: readonly [number, number],
  colours: readonly string[],
  ink: string,
  zoom: (from: Date, to: Date) => void,
): Omit<uPlot.Options, "width" | "height"> {
  const axis: uPlot.Axis = {
    stroke: ink,
    font: "12px system-ui, sans-serif",
    grid: { stroke: "#80808033", width: 1 },
    ticks: { stroke: "#80808033", width: 1 },
  };
  return {
    cursor: { sync: { key: "device" }, drag: { x: true, y: false, setScale: false } },
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 4) return;
          zoom(new Date(plot.posToVal(left, "x") * 1000), new Date(plot.posToVal(left + width, "x") * 1000));
        },
      ],
    },
    // what is measured here is never negative, and a flat zero is a line at the bottom
    scales: { x: { range: [span[0], span[1]] }, y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] } },
    series: [
      { label: "At", value: (_, at: number | null) => (at === null ? "latest" : `${day(new Date(at * 1000))} ${clock(new Date(at * 1000), true)}`) },
      ...curves.map((curve, index) => ({
        label: curve.label,
        stroke: colours[index % colours.length] ?? ink,
        width: 1.75,
        spanGaps: false,
        value: (plot: uPlot, value: number | null, series: number, at: number | null) =>
          inWords(at === null ? latest(plot, series) : value, unit),
      })),
    ],
    axes: [
      { ...axis, space: 64, values: (_, ticks, __, ___, step) => axisLabels(ticks, step) },
      { ...axis, size: 56, values: (_, ticks) => ticks.map((tick) => short(tick)) },
    ],
  };
}

function latest(plot: uPlot, series: number): number | null {
  return plot.data[series]?.at(-1) ?? null;
}

function inWords(value: number | null, unit: string): string {
  return value === null ? "no data" : `${short(value)}${unit === "%" ? "" : " "}${unit}`;
}

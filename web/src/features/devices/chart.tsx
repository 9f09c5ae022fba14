import "uplot/dist/uPlot.min.css";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useShownTheme } from "../../app/theme";
import { short } from "../../lib/metrics";
import { axisLabels, clock, day, epoch } from "../../lib/time";

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
  const parsed = curves.map(({ points }) => points.map(([at]) => epoch(at)));
  const first = parsed[0] ?? [];
  // what is measured together has the same instants: nothing to merge
  if (parsed.every((times) => isSame(times, first)))
    return [first, ...curves.map(({ points }) => points.map(([, value]) => value))];
  const times = [...new Set(parsed.flat())].sort((a, b) => a - b);
  const columns = curves.map(({ points }, index) => {
    const values = new Map(points.map(([, value], at) => [parsed[index]?.[at], value]));
    return times.map((time) => values.get(time) ?? null);
  });
  return [times, ...columns];
}

const isSame = (a: readonly number[], b: readonly number[]) =>
  a === b || (a.length === b.length && a.every((time, at) => time === b[at]));

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
  const plot = useRef<uPlot>(null);
  const drawn = useRef(curves);
  const now = useRef({ curves, span, zoom, reset });
  const theme = useShownTheme();
  // newer figures go into the plot that is there: a new one would end a drag that is under way
  const labels = curves.map((curve) => curve.label).join("\n");
  useEffect(() => {
    now.current = { curves, span, zoom, reset };
  });
  useEffect(() => {
    const parent = holder.current;
    if (!parent) return;
    const ink = getComputedStyle(parent).color;
    const options = optionsOf(labels.split("\n"), unit, COLOURS[theme], ink, {
      span: () => now.current.span,
      zoom: (from, to) => now.current.zoom(from, to),
    });
    const made = new uPlot({ ...options, width: parent.clientWidth, height: HEIGHT }, aligned(now.current.curves), parent);
    plot.current = made;
    drawn.current = now.current.curves;
    made.over.addEventListener("dblclick", () => now.current.reset());
    const observer = new ResizeObserver(() => {
      if (parent.clientWidth !== made.width) made.setSize({ width: parent.clientWidth, height: HEIGHT });
    });
    observer.observe(parent);
    return () => {
      observer.disconnect();
      plot.current = null;
      made.destroy();
    };
  }, [labels, unit, theme]);
  useEffect(() => {
    if (drawn.current === curves) return;
    drawn.current = curves;
    plot.current?.setData(aligned(curves));
  }, [curves, span]);
  return <div ref={holder} role="group" aria-label={name} className="chart w-full overflow-hidden text-muted" />;
}

interface Acts {
  span: () => readonly [number, number];
  zoom: (from: Date, to: Date) => void;
}

function optionsOf(
  labels: readonly string[],
  unit: string,
  colours: readonly string[],
  ink: string,
  { span, zoom }: Acts,
): Omit<uPlot.Options, "width" | "height"> {
  const axis: uPlot.Axis = {
    stroke: ink,
    font: "12px system-ui, sans-serif",
    grid: { stroke: "#80808033", width: 1 },
    ticks: { stroke: "#80808033", width: 1 },
  };
  return {
    cursor: {
      // the charts of a device share where one points, not what one draws over
      sync: { key: "device", filters: { pub: (type) => type === "mousemove" || type === "mouseleave" } },
      drag: { x: true, y: false, setScale: false },
    },
    hooks: {
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 4) return;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          zoom(new Date(plot.posToVal(left, "x") * 1000), new Date(plot.posToVal(left + width, "x") * 1000));
        },
      ],
    },
    // what is measured here is never negative, and a flat zero is a line at the bottom
    scales: { x: { range: () => [...span()] }, y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] } },
    series: [
      { label: "At", value: (_, at: number | null) => (at === null ? "latest" : `${day(new Date(at * 1000))} ${clock(new Date(at * 1000), true)}`) },
      ...labels.map((label, index) => ({
        label,
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

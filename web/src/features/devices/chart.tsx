import "uplot/dist/uPlot.min.css";
import { useEffect, useId, useRef } from "react";
import uPlot from "uplot";
import { useShownTheme } from "../../app/theme";
import { short } from "../../lib/metrics";
import { axisLabels, clock, day } from "../../lib/time";
import { type Band, drawBands, parts } from "./bands";

const HEIGHT = 220;
const COLOURS = {
  dark: ["#6cb2ff", "#fbbf24", "#34d399", "#f08ac8", "#93a5ff", "#f97350", "#5eead4", "#d9e26b"],
  light: ["#0b62c4", "#9a5b00", "#0a7a4b", "#a03c79", "#3c4fb0", "#b23a1d", "#0e7490", "#5f6b00"],
};

interface Props {
  /** What each curve is called, in the order of the data. */
  labels: readonly string[];
  /** Times, then the values of each curve at them. */
  data: uPlot.AlignedData;
  /** Which curves are of an earlier time, drawn with dashes. */
  dashed?: readonly boolean[];
  /** What is usual for the curves, drawn behind them and told of beneath. */
  bands?: readonly Band[];
  unit: string;
  name: string;
  /** The first and last instant of the time axis, in seconds. */
  span: readonly [number, number];
  /** Told the part of time that was drawn over, to be shown alone. */
  zoom: (from: Date, to: Date) => void;
  reset: () => void;
}

/** A line chart: drag to zoom, double-click to see all again. */
export function Chart({ labels, data, dashed, bands = NONE, unit, name, span, zoom, reset }: Props) {
  const id = useId();
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const drawn = useRef(data);
  const drawnBands = useRef(bands);
  const now = useRef({ data, span, bands, zoom, reset });
  const theme = useShownTheme();
  // newer figures go into the plot that is there: a new one would end a drag that is under way
  const lines = JSON.stringify(labels.map((label, at) => ({ label, isDashed: dashed?.[at] ?? false })));
  useEffect(() => {
    now.current = { data, span, bands, zoom, reset };
  });
  useEffect(() => {
    const parent = holder.current;
    if (!parent) return;
    const ink = getComputedStyle(parent).color;
    const options = optionsOf(JSON.parse(lines) as Line[], unit, COLOURS[theme], ink, {
      span: () => now.current.span,
      bands: () => now.current.bands,
      zoom: (from, to) => now.current.zoom(from, to),
    });
    const made = new uPlot({ ...options, width: parent.clientWidth, height: HEIGHT }, now.current.data, parent);
    plot.current = made;
    drawn.current = now.current.data;
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
  }, [lines, unit, theme]);
  useEffect(() => {
    if (drawn.current === data) return;
    drawn.current = data;
    plot.current?.setData(data);
  }, [data, span]);
  useEffect(() => {
    if (drawnBands.current === bands) return;
    drawnBands.current = bands;
    // with the figures that are there the axis of values makes room for them
    if (plot.current) plot.current.setData(plot.current.data);
  }, [bands]);
  return (
    <>
      <div
        ref={holder}
        role="group"
        aria-label={name}
        aria-describedby={bands.length > 0 ? id : undefined}
        className="chart w-full overflow-hidden text-muted"
      />
      {bands.length > 0 && (
        <ul id={id} className="mt-1 text-xs text-muted">
          {bands.map((band) => (
            <li key={band.words} className="flex gap-2 break-words">
              <span
                aria-hidden="true"
                className="mt-0.5 h-3 w-4 shrink-0 border-y"
                style={{ background: `${colourOf(COLOURS[theme], band.curve)}2e`, borderColor: colourOf(COLOURS[theme], band.curve) }}
              />
              {band.words}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface Line {
  label: string;
  isDashed: boolean;
}

interface Acts {
  span: () => readonly [number, number];
  bands: () => readonly Band[];
  zoom: (from: Date, to: Date) => void;
}

function optionsOf(
  lines: readonly Line[],
  unit: string,
  colours: readonly string[],
  ink: string,
  { span, bands, zoom }: Acts,
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
      drawClear: [(plot) => drawBands(plot, bands(), colours)],
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
    scales: { x: { range: () => [...span()] }, y: { range: (_, __, most) => [0, Math.max(most, highest(bands(), span())) * 1.1 || 1] } },
    series: [
      { label: "At", value: (_, at: number | null) => (at === null ? "latest" : `${day(new Date(at * 1000))} ${clock(new Date(at * 1000), true)}`) },
      ...lines.map(({ label, isDashed }, index) => ({
        label,
        stroke: colourOf(colours, isDashed ? index - lines.length / 2 : index) || ink,
        ...(isDashed ? { dash: [5, 4] } : {}),
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

const NONE: readonly Band[] = [];
const colourOf = (colours: readonly string[], curve: number) => colours[curve % colours.length] ?? "";

/** The highest that is usual in a time, 0 where nothing is known. */
function highest(bands: readonly Band[], [from, to]: readonly [number, number]): number {
  return Math.max(0, ...bands.flatMap((band) => parts(band, from, to).map(({ upper }) => upper)));
}

function latest(plot: uPlot, series: number): number | null {
  return plot.data[series]?.at(-1) ?? null;
}

function inWords(value: number | null, unit: string): string {
  return value === null ? "no data" : `${short(value)}${unit === "%" ? "" : " "}${unit}`;
}

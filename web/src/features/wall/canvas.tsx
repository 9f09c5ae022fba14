import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { fleets } from "../../app/fleet";
import { useShownTheme } from "../../app/theme";
import type { Fleet, Tile } from "../../lib/fleet";
import { LOOK, type Status } from "../../lib/status";
import { draw, GAP, gridOf, HEIGHT, type Palette, paletteOf } from "./draw";

const ROW = HEIGHT + GAP;
/** How far above and below the window tiles are drawn, so that scrolling shows no edge. */
const BEYOND = 480;

interface Props {
  fleet: Fleet;
  only: Status | null;
  isStale: boolean;
  open?: (tile: Tile) => void;
}

const label = (tile: Tile, isStale: boolean) =>
  `${tile.name}: ${isStale ? "was " : ""}${LOOK[tile.status].word}${tile.maintenance ? ", in maintenance" : ""}`;

/**
 * Thousands of tiles on one canvas, because as DOM they cost half the frames, and only those near
 * the window; for keyboards and screen readers the same tiles can be walked with the arrow keys
 * and are read out.
 */
export function WallCanvas({ fleet, only, isStale, open }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useShownTheme();
  const [width, setWidth] = useState(0);
  const [number, setNumber] = useState<number | null>(null);
  const places = fleet.order(only);
  const grid = gridOf(width);
  const height = Math.ceil(places.length / grid.columns) * ROW;
  const found = number === null ? -1 : places.indexOf(fleet.placeOf(number) ?? -1);
  const chosen = Math.max(0, found);

  useEffect(() => {
    const parent = holder.current;
    if (!parent) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(parent);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const [element, parent] = [canvas.current, holder.current];
    const context = element?.getContext("2d");
    if (!element || !parent || !context || width === 0) return;
    const palette: Palette = paletteOf(element);
    const fitted = new Map<string, string>();
    let firstRow = -1;
    let rows = 0;
    const paint = (changed: ReadonlySet<number> | null) => {
      const now = fleet.order(only);
      const allRows = Math.ceil(now.length / grid.columns);
      if (!changed) {
        rows = Math.max(0, Math.min(allRows - firstRow, Math.ceil((innerHeight + 2 * BEYOND) / ROW) + 1));
        const scale = devicePixelRatio;
        const size = [Math.round(width * scale), Math.round(rows * ROW * scale)] as const;
        if (element.width !== size[0] || element.height !== size[1]) [element.width, element.height] = size;
        element.style.height = `${rows * ROW}px`;
        element.style.transform = `translateY(${firstRow * ROW}px)`;
        context.setTransform(scale, 0, 0, scale, 0, 0);
        context.clearRect(0, 0, width, rows * ROW);
      }
      const begin = firstRow * grid.columns;
      const spots = now
        .slice(begin, begin + rows * grid.columns)
        .map((place, index) => [begin + index, place] as const)
        .filter(([, place]) => changed?.has(place) ?? true);
      const marked = document.activeElement === element ? (now[chosen] ?? null) : null;
      draw(context, { fleet, spots, ...grid, firstRow, chosen: marked, isStale, palette, fitted });
    };
    const paintAll = () => paint(null);
    const follow = () => {
      const above = -parent.getBoundingClientRect().top;
      // nothing to do while what is drawn still reaches beyond the window
      if (firstRow >= 0 && Math.abs(above - BEYOND - firstRow * ROW) < BEYOND / 2 && firstRow > 0) return;
      const next = Math.max(0, Math.floor((above - BEYOND) / ROW));
      if (next === firstRow) return;
      firstRow = next;
      paintAll();
    };
    follow();
    const stop = fleets.onPaint(paint);
    addEventListener("scroll", follow, { passive: true });
    addEventListener("resize", paintAll);
    element.addEventListener("focus", paintAll);
    element.addEventListener("blur", paintAll);
    return () => {
      stop();
      removeEventListener("scroll", follow);
      removeEventListener("resize", paintAll);
      element.removeEventListener("focus", paintAll);
      element.removeEventListener("blur", paintAll);
    };
    // a grid is its width
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [fleet, only, width, chosen, isStale, theme]);

  const choose = (index: number) => {
    const at = places[Math.min(places.length - 1, Math.max(0, index))];
    if (at === undefined) return;
    setNumber(fleet.tile(at).number);
    reveal(holder.current, Math.floor(places.indexOf(at) / grid.columns) * ROW);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: grid.columns, ArrowUp: -grid.columns }[event.key];
    const at = places[chosen];
    if (step !== undefined) {
      event.preventDefault();
      choose(found < 0 ? 0 : chosen + step);
    } else if (event.key === "Enter" && at !== undefined) open?.(fleet.tile(at));
  };
  const current = number === null ? undefined : places[chosen];
  return (
    <div ref={holder} className="relative w-full" style={{ height }}>
      <canvas
        ref={canvas}
        role="application"
        tabIndex={0}
        aria-label={`${places.length} devices, worst first. Arrow keys move, Enter opens.`}
        className="absolute inset-x-0 top-0 block w-full cursor-pointer"
        onKeyDown={press}
        onClick={(event) => {
          const top = holder.current?.getBoundingClientRect().top ?? 0;
          const row = Math.floor((event.clientY - top) / ROW);
          const at = places[row * grid.columns + Math.floor(event.nativeEvent.offsetX / (grid.tileWidth + GAP))];
          if (at !== undefined) open?.(fleet.tile(at));
        }}
      />
      <output aria-live="polite" className="sr-only">
        {current === undefined ? "" : label(fleet.tile(current), isStale)}
      </output>
    </div>
  );
}

/** Scroll so that a tile is in the window, below the header. */
function reveal(holder: HTMLElement | null, top: number): void {
  if (!holder) return;
  const header = document.querySelector("header")?.clientHeight ?? 0;
  const y = holder.getBoundingClientRect().top + top;
  if (y < header + GAP) scrollBy({ top: y - header - GAP });
  else if (y + ROW > innerHeight) scrollBy({ top: y + ROW - innerHeight });
}

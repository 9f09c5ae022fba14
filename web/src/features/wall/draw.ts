import type { Fleet } from "../../lib/fleet";
import { LOOK } from "../../lib/status";

export const GAP = 6;
export const HEIGHT = 52;
const MIN_WIDTH = 132;
const NAME_FONT = "600 13px system-ui, sans-serif";
const WORD_FONT = "500 12px system-ui, sans-serif";

/** Where tiles lie: so many columns of so wide tiles. */
export interface Grid {
  columns: number;
  tileWidth: number;
}

export function gridOf(width: number): Grid {
  const columns = Math.max(1, Math.floor((width + GAP) / (MIN_WIDTH + GAP)));
  return { columns, tileWidth: (width - GAP * (columns - 1)) / columns };
}

export interface Palette {
  panel: string;
  ink: string;
  old: string;
  status: Record<string, string>;
}

/** The theme's colours as a canvas takes them: it does not know light-dark(). */
export function paletteOf(element: Element): Palette {
  const probe = document.createElement("i");
  element.parentElement?.append(probe);
  const colour = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const status = Object.fromEntries(Object.entries(LOOK).map(([name, look]) => [name, colour(look.css)]));
  const found = { panel: colour("--color-panel"), ink: colour("--color-ink"), old: colour("--color-muted"), status };
  probe.remove();
  return found;
}

export interface Drawing extends Grid {
  fleet: Fleet;
  places: readonly number[];
  /** The first row to draw, at the top of the canvas, and how many. */
  firstRow: number;
  rows: number;
  /** The place that is chosen, if any. */
  chosen: number | null;
  isStale: boolean;
  palette: Palette;
  fitted: Map<string, string>;
}

export function draw(context: CanvasRenderingContext2D, drawing: Drawing): void {
  const { fleet, places, columns, tileWidth, palette, fitted } = drawing;
  const first = drawing.firstRow * columns;
  const shown = places.slice(first, first + drawing.rows * columns);
  const spots = shown.map((at, index) => ({
    at,
    tile: fleet.tile(at),
    x: (index % columns) * (tileWidth + GAP),
    y: Math.floor(index / columns) * (HEIGHT + GAP),
  }));
  // one colour and font after the other: changing them is what costs
  context.fillStyle = palette.panel;
  context.beginPath();
  for (const { x, y } of spots) context.roundRect(x, y, tileWidth, HEIGHT, 6);
  context.fill();
  context.font = NAME_FONT;
  context.fillStyle = palette.ink;
  for (const { tile, x, y } of spots) context.fillText(fit(context, tile.name, tileWidth - 22, fitted), x + 14, y + 21);
  context.font = WORD_FONT;
  for (const { at, tile, x, y } of spots) {
    const look = tile.maintenance ? LOOK.maintenance : LOOK[tile.status];
    // what is not live has no colour: old green is no green
    context.fillStyle = drawing.isStale ? palette.old : (palette.status[tile.status] ?? palette.old);
    context.fillRect(x, y + 3, 4, HEIGHT - 6);
    context.fillText(`${look.shape} ${drawing.isStale ? "was " : ""}${look.word}`, x + 14, y + 40);
    if (at !== drawing.chosen) continue;
    context.strokeStyle = palette.ink;
    context.lineWidth = 2;
    context.strokeRect(x + 1, y + 1, tileWidth - 2, HEIGHT - 2);
  }
}

function fit(context: CanvasRenderingContext2D, text: string, width: number, fitted: Map<string, string>): string {
  const known = fitted.get(text);
  if (known !== undefined) return known;
  let short = text;
  for (let length = text.length; length > 1 && context.measureText(short).width > width; length -= 1)
    short = `${text.slice(0, length - 1)}…`;
  fitted.set(text, short);
  return short;
}

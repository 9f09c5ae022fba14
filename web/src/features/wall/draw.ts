import type { Fleet } from "../../lib/fleet";
import { LOOK } from "../../lib/status";

export const GAP = 6;
export const HEIGHT = 52;
const MIN_WIDTH = 148;
/** How much of a name's end is shown where it is too long: that is where devices of a site differ. */
const TAIL = 8;
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
  const names = ["--color-panel", "--color-ink", "--color-muted", ...Object.values(LOOK).map((look) => look.css)];
  const probes = names.map((name) => {
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    return probe;
  });
  element.parentElement?.append(...probes);
  const [panel = "", ink = "", old = "", ...colours] = probes.map((probe) => getComputedStyle(probe).color);
  probes.forEach((probe) => probe.remove());
  return { panel, ink, old, status: Object.fromEntries(Object.keys(LOOK).map((name, at) => [name, colours[at] ?? ink])) };
}

export interface Drawing extends Grid {
  fleet: Fleet;
  /** The places to draw, each with its place in the order. */
  spots: Iterable<readonly [index: number, place: number]>;
  /** The row at the top of the canvas. */
  firstRow: number;
  /** The place that is chosen, if any. */
  chosen: number | null;
  isStale: boolean;
  palette: Palette;
  fitted: Map<string, string>;
}

/** Draw some tiles over what was there. */
export function draw(context: CanvasRenderingContext2D, drawing: Drawing): void {
  const { fleet, columns, tileWidth, palette, fitted, isStale } = drawing;
  const spots = [...drawing.spots].map(([index, place]) => ({
    place,
    tile: fleet.tile(place),
    x: (index % columns) * (tileWidth + GAP),
    y: (Math.floor(index / columns) - drawing.firstRow) * (HEIGHT + GAP),
  }));
  // one colour and font after the other: changing them is what costs
  context.fillStyle = palette.panel;
  for (const { x, y } of spots) context.fillRect(x, y, tileWidth, HEIGHT);
  context.font = NAME_FONT;
  context.fillStyle = palette.ink;
  for (const { tile, x, y } of spots) context.fillText(fit(context, tile.name, tileWidth - 22, fitted), x + 14, y + 21);
  context.font = WORD_FONT;
  for (const { place, tile, x, y } of spots) {
    const shown = tile.maintenance ? "maintenance" : tile.status;
    const look = LOOK[shown];
    // what is not live has no colour: old green is no green
    context.fillStyle = isStale ? palette.old : (palette.status[shown] ?? palette.old);
    context.fillRect(x, y, 4, HEIGHT);
    context.fillText(`${look.shape} ${isStale ? "was " : ""}${look.word}`, x + 14, y + 40);
    if (place !== drawing.chosen) continue;
    context.strokeStyle = palette.ink;
    context.lineWidth = 2;
    context.strokeRect(x + 1, y + 1, tileWidth - 2, HEIGHT - 2);
  }
}

function fit(context: CanvasRenderingContext2D, text: string, width: number, fitted: Map<string, string>): string {
  const known = fitted.get(text);
  if (known !== undefined) return known;
  const tail = text.slice(-TAIL);
  let short = text;
  for (let head = text.length - TAIL - 1; head > 0 && context.measureText(short).width > width; head -= 1)
    short = `${text.slice(0, head)}…${tail}`;
  fitted.set(text, short);
  return short;
}

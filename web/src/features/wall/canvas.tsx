import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useShownTheme } from "../../app/theme";
import { LOOK } from "../../lib/status";
import type { Tile } from "./wall";

const GAP = 6;
const HEIGHT = 52;
const MIN_WIDTH = 132;

interface Props {
  tiles: Tile[];
  stale: boolean;
  open: (tile: Tile) => void;
}

const label = (tile: Tile) =>
  `${tile.name}: ${LOOK[tile.status].word}${tile.maintenance ? ", in maintenance" : ""}`;

/**
 * Thousands of tiles on one canvas, because as DOM they cost half the frames; for keyboards and
 * screen readers the same tiles can be walked with the arrow keys and are read out.
 */
export function WallCanvas({ tiles, stale, open }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useShownTheme();
  const [width, setWidth] = useState(0);
  const [at, setAt] = useState(0);
  const columns = Math.max(1, Math.floor((width + GAP) / (MIN_WIDTH + GAP)));
  const tileWidth = (width - GAP * (columns - 1)) / columns;
  const height = Math.ceil(tiles.length / columns) * (HEIGHT + GAP);

  useEffect(() => {
    const parent = canvas.current?.parentElement;
    if (!parent) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(parent);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const element = canvas.current;
      const context = element?.getContext("2d");
      if (!element || !context || width === 0) return;
      const scale = devicePixelRatio;
      element.width = Math.round(width * scale);
      element.height = Math.round(height * scale);
      context.scale(scale, scale);
      draw(context, element, { tiles, columns, tileWidth, at: document.activeElement === element ? at : -1 });
    });
    return () => cancelAnimationFrame(frame);
  }, [tiles, width, height, columns, tileWidth, at, stale, theme]);

  const tileAt = (x: number, y: number) =>
    tiles[Math.floor(y / (HEIGHT + GAP)) * columns + Math.floor(x / (tileWidth + GAP))];
  const press = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    const chosen = tiles[at];
    if (step !== undefined) {
      event.preventDefault();
      setAt(Math.min(tiles.length - 1, Math.max(0, at + step)));
    } else if (event.key === "Enter" && chosen) open(chosen);
  };
  const chosen = tiles[at];
  return (
    <div>
      <canvas
        ref={canvas}
        role="application"
        tabIndex={0}
        aria-label={`${tiles.length} devices, worst first. Arrow keys move, Enter opens.`}
        className="block w-full cursor-pointer"
        style={{ height }}
        onKeyDown={press}
        onFocus={() => setAt((now) => now)}
        onClick={(event) => {
          const tile = tileAt(event.nativeEvent.offsetX, event.nativeEvent.offsetY);
          if (tile) open(tile);
        }}
      />
      <output aria-live="polite" className="sr-only">
        {chosen ? label(chosen) : ""}
      </output>
    </div>
  );
}

interface Drawing {
  tiles: Tile[];
  columns: number;
  tileWidth: number;
  at: number;
}

function draw(context: CanvasRenderingContext2D, element: Element, { tiles, columns, tileWidth, at }: Drawing) {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name);
  const probe = (name: string) => resolve(element, colour(name));
  const panel = probe("--color-panel");
  const ink = probe("--color-ink");
  const colours = new Map(Object.entries(LOOK).map(([status, look]) => [status, probe(look.css)]));
  tiles.forEach((tile, index) => {
    const x = (index % columns) * (tileWidth + GAP);
    const y = Math.floor(index / columns) * (HEIGHT + GAP);
    const main = colours.get(tile.status) ?? ink;
    context.fillStyle = panel;
    context.beginPath();
    context.roundRect(x, y, tileWidth, HEIGHT, 6);
    context.fill();
    context.fillStyle = main;
    context.fillRect(x, y, 4, HEIGHT);
    context.font = "600 13px system-ui, sans-serif";
    context.fillStyle = ink;
    context.fillText(fit(context, tile.name, tileWidth - 22), x + 14, y + 21);
    context.font = "500 12px system-ui, sans-serif";
    context.fillStyle = main;
    const word = tile.maintenance ? LOOK.maintenance : LOOK[tile.status];
    context.fillText(`${word.shape} ${word.word}`, x + 14, y + 40);
    if (index === at) {
      context.strokeStyle = ink;
      context.lineWidth = 2;
      context.strokeRect(x + 1, y + 1, tileWidth - 2, HEIGHT - 2);
    }
  });
}

/** A computed colour: canvas does not know light-dark(). */
function resolve(element: Element, value: string): string {
  const probe = document.createElement("i");
  probe.style.color = value;
  element.parentElement?.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function fit(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let length = text.length;
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > width) length -= 1;
  return `${text.slice(0, length)}…`;
}

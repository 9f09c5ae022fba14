import { useSyncExternalStore } from "react";
import { ago, duration, instant } from "../lib/time";

const EVERY_MS = 10_000;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) now = Date.now();
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    listeners.forEach((each) => each());
  }, EVERY_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time, in steps of ten seconds; one clock for the whole page. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

interface Props {
  at: string | null | undefined;
  /** The length alone, e.g. after the word “for”. */
  plain?: boolean;
}

/** How long ago something was, kept true, with the instant on hover. */
export function Ago({ at, plain = false }: Props) {
  const time = Math.max(useNow(), at ? Date.parse(at) : 0);
  if (!at) return <>never</>;
  return (
    <time dateTime={at} title={instant(at)}>
      {plain ? duration((time - Date.parse(at)) / 1000) : ago(at, time)}
    </time>
  );
}

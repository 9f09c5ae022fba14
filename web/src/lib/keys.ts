import { useEffect, useRef } from "react";

export type Bindings = Record<string, () => void>;

const SETTING = "netpulse-single-keys";
const PREFIX_MS = 1_500;
/** Where letters are text, not commands. */
const TEXT = "input, textarea, select, [contenteditable], [role=textbox]";

/** Whether single keys are commands; they can be switched off for people who dictate or tremble. */
export function singleKeysOn(): boolean {
  return localStorage.getItem(SETTING) !== "off";
}

export function setSingleKeys(on: boolean): void {
  if (on) localStorage.removeItem(SETTING);
  else localStorage.setItem(SETTING, "off");
}

/** Turns key presses into commands such as `a` or `g w`. */
export class KeyReader {
  private prefix = "";
  private until = 0;

  /** The command that a press completes among `known`, if any. */
  press(key: string, known: readonly string[], now: number = Date.now()): string | null {
    const sequence = this.prefix && now < this.until ? `${this.prefix} ${key}` : key;
    this.prefix = "";
    if (known.includes(sequence)) return sequence;
    if (known.some((each) => each.startsWith(`${key} `))) {
      this.prefix = key;
      this.until = now + PREFIX_MS;
    }
    return null;
  }
}

function isCommand(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return false;
  return !target?.closest(TEXT) && !document.querySelector("dialog[open]") && singleKeysOn();
}

/** Run what the keys name while the component is shown. */
export function useKeys(bindings: Bindings): void {
  const now = useRef(bindings);
  useEffect(() => {
    now.current = bindings;
  });
  useEffect(() => {
    const reader = new KeyReader();
    const press = (event: KeyboardEvent) => {
      if (!isCommand(event)) return;
      const command = reader.press(event.key, Object.keys(now.current));
      if (!command) return;
      event.preventDefault();
      now.current[command]?.();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

export type Theme = "dark" | "light" | "system";
const KEY = "netpulse-theme";
const listeners = new Set<() => void>();

/** The theme the viewer chose; dark until they do. */
export function chosenTheme(): Theme {
  const kept = localStorage.getItem(KEY);
  return kept === "light" || kept === "system" ? kept : "dark";
}

export function applyTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  document.documentElement.dataset["theme"] = theme;
  listeners.forEach((listener) => listener());
}

/** What is really shown, `dark` or `light`; for canvases, which do not follow CSS by themselves. */
export function shownTheme(): "dark" | "light" {
  const theme = chosenTheme();
  if (theme !== "system") return theme;
  return matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
}

/** Be told when what is shown may have changed. */
export function onThemeChange(listener: () => void): () => void {
  const media = matchMedia("(prefers-color-scheme: light)");
  listeners.add(listener);
  media.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    media.removeEventListener("change", listener);
  };
}

export type Theme = "dark" | "light" | "system";
const KEY = "netpulse-theme";

/** The theme the viewer chose; dark until they do. */
export function chosenTheme(): Theme {
  const kept = localStorage.getItem(KEY);
  return kept === "light" || kept === "system" ? kept : "dark";
}

export function applyTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  document.documentElement.dataset["theme"] = theme;
}

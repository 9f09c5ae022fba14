import { useSyncExternalStore } from "react";
import { chosenTheme, onThemeChange, shownTheme, type Theme } from "./theme-choice";

export const useChosenTheme = (): Theme => useSyncExternalStore(onThemeChange, chosenTheme);
export const useShownTheme = (): "dark" | "light" => useSyncExternalStore(onThemeChange, shownTheme);

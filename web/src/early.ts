// The first script of the page, small enough to run while the application is still on its way.
import "./styles.css";
import { applyTheme, chosenTheme } from "./app/theme-choice";
import "./opening";

applyTheme(chosenTheme());
void import("./main");

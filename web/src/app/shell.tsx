import { Link, Outlet } from "@tanstack/react-router";
import { useState } from "react";
import { useApp } from "./context";
import { FeedMark } from "./feed-mark";
import { applyTheme, chosenTheme, type Theme } from "./theme";

const PLACES = [
  { to: "/", label: "Wall" },
  { to: "/problems", label: "Problems" },
  { to: "/devices", label: "Devices" },
] as const;

const NEXT: Record<Theme, Theme> = { dark: "light", light: "system", system: "dark" };

/** The frame around every screen: where one can go, whether the feed is live, who is logged in. */
export function Shell() {
  const { session, feed } = useApp();
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  const turn = () => {
    applyTheme(NEXT[theme]);
    setTheme(NEXT[theme]);
  };
  return (
    <div className="flex min-h-dvh flex-col">
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-10 focus:bg-panel focus:p-3">
        Skip to content
      </a>
      <header className="sticky top-0 z-10 border-b border-line bg-panel">
        <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
          <Link to="/" className="flex items-center gap-2 text-base font-bold">
            <img src="/icon.svg" alt="" width={24} height={24} /> NetPulse
          </Link>
          <FeedMark feed={feed} />
          <div className="ml-auto flex items-center gap-1">
            <button type="button" onClick={turn} className="min-h-9 cursor-pointer rounded px-2 text-muted hover:text-ink">
              Theme: {theme}
            </button>
            <button
              type="button"
              onClick={() => void session.logOut()}
              className="min-h-9 cursor-pointer rounded px-2 text-muted hover:text-ink"
            >
              Log out
            </button>
          </div>
          <nav aria-label="Main" className="-mx-1 flex w-full gap-1 overflow-x-auto lg:order-none lg:w-auto">
            {PLACES.map((place) => (
              <Link
                key={place.to}
                to={place.to}
                activeOptions={{ exact: place.to === "/" }}
                className="rounded-md px-3 py-2 font-medium text-muted hover:text-ink"
                activeProps={{ className: "bg-raised !text-ink", "aria-current": "page" }}
              >
                {place.label}
              </Link>
            ))}
          </nav>
        </div>
      </header>
      <main id="main" className="mx-auto w-full max-w-7xl grow px-4 py-5">
        <Outlet />
      </main>
    </div>
  );
}

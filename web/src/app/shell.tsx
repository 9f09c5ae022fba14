import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useKeys } from "../lib/keys";
import { useApp } from "./context";
import { FeedMark } from "./feed-mark";
import { useMe } from "./me";
import { useOpenProblems } from "./open-problems";
import { useChosenTheme } from "./theme";
import { applyTheme, type Theme } from "./theme-choice";

/** Where one can go, each with the screens that lie beside it. */
const PLACES = [
  { to: "/", label: "Wall", within: [] },
  { to: "/problems", label: "Problems", within: ["/alerts", "/incidents", "/silences", "/maintenance"] },
  { to: "/devices", label: "Devices", within: ["/checks", "/discovery", "/topology", "/pollers"] },
  { to: "/explore", label: "Explore", within: [] },
  { to: "/reports", label: "Reports", within: [] },
  { to: "/rules", label: "Alerting", within: ["/notifications", "/on-call", "/escalation", "/inhibition", "/service-levels"] },
  { to: "/people", label: "People", within: ["/roles", "/log-in", "/audit"] },
] as const;

const NEXT: Record<Theme, Theme> = { dark: "light", light: "system", system: "dark" };
const QUIET = "min-h-10 cursor-pointer rounded-md px-2.5 text-left text-muted hover:text-ink";

const Help = lazy(() => import("./help").then((module) => ({ default: module.Help })));
const Enrolment = lazy(() => import("../features/profile/enrolment").then((module) => ({ default: module.Enrolment })));

/** Every screen in its frame; who must set up a second factor first is led there and nowhere else. */
export function Shell() {
  const mustEnroll = useMe().data?.must_enroll ?? false;
  // stays until it is through with: recovery codes are shown once
  const [isEnrolling, setEnrolling] = useState(mustEnroll);
  if (mustEnroll && !isEnrolling) setEnrolling(true);
  if (!mustEnroll && !isEnrolling) return <Frame />;
  return (
    <Suspense>
      <Enrolment done={() => setEnrolling(false)} />
    </Suspense>
  );
}

/** The frame around a screen: where one can go, whether the feed is live, who is logged in. */
function Frame() {
  const { feed } = useApp();
  const navigate = useNavigate();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [openAt, setOpenAt] = useState<string | null>(null);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const shown = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  // the menu closes by itself when it has led somewhere
  const isMenuOpen = openAt === path;
  const problems = useOpenProblems();
  useEffect(() => {
    document.title = problems ? `(${problems}) NetPulse` : "NetPulse";
  }, [problems]);
  useKeys({
    "g w": () => void navigate({ to: "/" }),
    "g p": () => void navigate({ to: "/problems" }),
    "g d": () => void navigate({ to: "/devices" }),
    "?": () => setHelpOpen(true),
    "/": () => {
      const search = document.querySelector<HTMLInputElement>("input[type=search]");
      if (search) search.focus();
      else void navigate({ to: "/devices" }).then(() => focusSearchSoon());
    },
  });
  return (
    <div className="flex min-h-dvh flex-col">
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-20 focus:bg-panel focus:p-3">
        Skip to content
      </a>
      <header className="sticky top-0 z-10 border-b border-line bg-panel">
        <div className="mx-auto flex max-w-7xl items-center gap-x-4 px-4 py-2">
          <Link to="/" className="flex items-center gap-2 text-base font-bold">
            <img src="/icon.svg" alt="" width={24} height={24} /> NetPulse
          </Link>
          <FeedMark feed={feed} />
          <nav aria-label="Main" className="hidden items-center gap-1 lg:flex">
            <Places problems={problems} />
          </nav>
          <div className="ml-auto hidden items-center lg:flex">
            <Personal help={() => setHelpOpen(true)} />
          </div>
          <button
            type="button"
            aria-expanded={isMenuOpen}
            aria-controls="menu"
            onClick={() => setOpenAt(isMenuOpen ? null : path)}
            className="ml-auto min-h-10 cursor-pointer rounded-md border border-line px-3 font-medium lg:hidden"
          >
            Menu{problems ? ` (${problems})` : ""}
          </button>
        </div>
        {isMenuOpen && (
          <div id="menu" className="border-t border-line px-2 py-2 lg:hidden">
            <nav aria-label="Main" className="grid grid-cols-2 gap-1">
              <Places problems={problems} />
            </nav>
            <div className="mt-2 grid grid-cols-2 gap-1 border-t border-line pt-2">
              <Personal help={() => setHelpOpen(true)} />
            </div>
          </div>
        )}
      </header>
      <main id="main" data-shown={shown} className="mx-auto w-full max-w-7xl grow px-4 py-5">
        <Outlet />
      </main>
      <Suspense>{isHelpOpen && <Help close={() => setHelpOpen(false)} />}</Suspense>
    </div>
  );
}

const PLACE = "flex min-h-10 items-center gap-1.5 rounded-md px-2.5 font-medium whitespace-nowrap hover:text-ink";

function Places({ problems }: { problems: number }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isWithin = (beside: readonly string[]) => beside.some((each) => path === each || path.startsWith(`${each}/`));
  return PLACES.map((place) => (
    <Link
      key={place.to}
      to={place.to}
      activeOptions={{ exact: place.to === "/", includeSearch: false }}
      className={`${PLACE} ${isWithin(place.within) ? "bg-raised text-ink" : "text-muted"}`}
      activeProps={{ className: "bg-raised !text-ink", "aria-current": "page" }}
    >
      {place.label}
      {place.to === "/problems" && problems > 0 && (
        <span className="rounded-full bg-offline px-1.5 text-xs font-bold text-ground tabular-nums">{problems}</span>
      )}
    </Link>
  ));
}

function Personal({ help }: { help: () => void }) {
  const { session } = useApp();
  const theme = useChosenTheme();
  return (
    <>
      <Link
        to="/profile"
        className={`flex items-center ${QUIET}`}
        activeProps={{ className: "bg-raised !text-ink", "aria-current": "page" }}
      >
        Profile
      </Link>
      <button type="button" onClick={() => applyTheme(NEXT[theme])} className={QUIET}>
        Theme: {theme}
      </button>
      <button type="button" onClick={help} className={`${QUIET} hidden sm:block`} aria-label="Keyboard help">
        <kbd className="rounded border border-line px-1.5 font-mono">?</kbd>
      </button>
      <button type="button" onClick={() => void session.logOut()} className={QUIET}>
        Log out
      </button>
    </>
  );
}

function focusSearchSoon(): void {
  let tries = 20;
  const look = () => {
    const search = document.querySelector<HTMLInputElement>("input[type=search]");
    if (search) search.focus();
    else if (--tries > 0) requestAnimationFrame(look);
  };
  look();
}

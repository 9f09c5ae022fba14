import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Broken } from "./broken";
import { NotFound } from "./not-found";
import { Shell } from "./shell";
import { type Asked, NAMES } from "../features/explore/search";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const screen = <P extends string>(path: P, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, name) });

const text = (search: Record<string, unknown>, name: string) =>
  typeof search[name] === "string" ? { [name]: search[name] } : {};

interface DeviceSearch {
  tab?: string | undefined;
  range?: string;
  from?: string;
  to?: string;
  if?: string;
}

const device = createRoute({
  getParentRoute: () => root,
  path: "/devices/$deviceId",
  validateSearch: (search: Record<string, unknown>): DeviceSearch =>
    Object.assign({}, ...["tab", "range", "from", "to", "if"].map((name) => text(search, name))) as DeviceSearch,
  component: lazyRouteComponent(() => import("../features/devices/page"), "DevicePage"),
});

const discovery = createRoute({
  getParentRoute: () => root,
  path: "/discovery",
  validateSearch: (search: Record<string, unknown>) => text(search, "schedule") as { schedule?: string },
  component: lazyRouteComponent(() => import("../features/discovery/discovery"), "Discovery"),
});

const explore = createRoute({
  getParentRoute: () => root,
  path: "/explore",
  validateSearch: (search: Record<string, unknown>): Asked =>
    Object.assign({}, ...NAMES.map((name) => text(search, name))) as Asked,
  component: lazyRouteComponent(() => import("../features/explore/explore"), "Explore"),
});

const routes = [
  screen("/", () => import("../features/wall/wall"), "Wall"),
  screen("/start", () => import("../features/start/start"), "Start"),
  screen("/problems", () => import("../features/problems/problems"), "Problems"),
  // the address that notifications link to
  screen("/alerts/$alertId", () => import("../features/problems/detail"), "ProblemDetail"),
  screen("/incidents", () => import("../features/incidents/incidents"), "Incidents"),
  screen("/incidents/$incidentId", () => import("../features/incidents/detail"), "IncidentDetail"),
  screen("/silences", () => import("../features/silences/silences"), "Silences"),
  screen("/maintenance", () => import("../features/maintenance/maintenance"), "Maintenance"),
  screen("/checks", () => import("../features/checks/list"), "Checks"),
  screen("/devices", () => import("../features/devices/list"), "DeviceList"),
  screen("/devices/new", () => import("../features/devices/new"), "NewDevice"),
  device,
  discovery,
  screen("/discovery/schedules", () => import("../features/discovery/schedules"), "ScanSchedules"),
  screen("/discovery/$scanId", () => import("../features/discovery/scan"), "Scan"),
  screen("/topology", () => import("../features/topology/proposals"), "Topology"),
  screen("/pollers", () => import("../features/pollers/pollers"), "Pollers"),
  screen("/reports", () => import("../features/reports/reports"), "Reports"),
  screen("/rules", () => import("../features/rules/rules"), "Rules"),
  screen("/notifications", () => import("../features/notifications/notifications"), "Notifications"),
  screen("/on-call", () => import("../features/on-call/schedules"), "OnCall"),
  screen("/escalation", () => import("../features/escalation/policies"), "Escalation"),
  screen("/inhibition", () => import("../features/inhibition/rules"), "InhibitionRules"),
  screen("/service-levels", () => import("../features/service-levels/service-levels"), "ServiceLevels"),
  explore,
  screen("/roles", () => import("../features/roles/roles"), "Roles"),
  screen("/log-in", () => import("../features/access/access"), "Access"),
  screen("/audit", () => import("../features/audit/audit"), "AuditLog"),
  screen("/people", () => import("../features/people/people"), "People"),
  screen("/profile", () => import("../features/profile/profile"), "Profile"),
];

export const routeTree = root.addChildren(routes);

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

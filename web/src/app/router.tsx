import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Shell } from "./shell";

const root = createRootRoute({ component: Shell });
const screen = <P extends string>(path: P, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, name) });

const wall = screen("/", () => import("../features/wall/wall"), "Wall");
const problems = screen("/problems", () => import("../features/problems/problems"), "Problems");
const devices = screen("/devices", () => import("../features/devices/list"), "DeviceList");
const newDevice = screen("/devices/new", () => import("../features/devices/new"), "NewDevice");
const device = createRoute({
  getParentRoute: () => root,
  path: "/devices/$deviceId",
  validateSearch: (search: Record<string, unknown>): { range?: string } =>
    typeof search["range"] === "string" ? { range: search["range"] } : {},
  component: lazyRouteComponent(() => import("../features/devices/page"), "DevicePage"),
});

export const router = createRouter({
  routeTree: root.addChildren([wall, problems, devices, newDevice, device]),
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

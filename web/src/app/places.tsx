import { type Place, Places } from "../ui/places";
import { useCan } from "./me";

/** The screens about what becomes a problem and who is told of it. */
export function AlertingPlaces() {
  const mayReadNotifications = useCan("notification:read");
  const places: Place[] = [
    { label: "Rules", link: { to: "/rules" } },
    ...(mayReadNotifications ? [{ label: "Notifications", link: { to: "/notifications" } } as const] : []),
    { label: "On call", link: { to: "/on-call" } },
    { label: "Escalation", link: { to: "/escalation" } },
    { label: "Inhibition", link: { to: "/inhibition" } },
    { label: "Service levels", link: { to: "/service-levels" } },
  ];
  return <Places name="Alerting" places={places} />;
}

/** The screens about who may come in, what they may do, and what they did. */
export function PeoplePlaces() {
  const places: (Place & { may: boolean })[] = [
    { label: "People and keys", link: { to: "/people" }, may: useCan("user:read") },
    { label: "Roles", link: { to: "/roles" }, may: useCan("user:read") },
    { label: "Ways to log in", link: { to: "/log-in" }, may: useCan("organization:write") },
    { label: "Audit log", link: { to: "/audit" }, may: useCan("audit:read") },
  ];
  return <Places name="People" places={places.filter(({ may }) => may)} />;
}

import { useCan } from "../../app/me";
import { Places } from "../../ui/places";

/** The screens about the fleet as a whole. */
export function DevicePlaces() {
  const seesPollers = useCan("platform:read");
  return (
    <Places
      name="Devices"
      places={[
        { label: "All devices", link: { to: "/devices" } },
        { label: "Checks", link: { to: "/checks" } },
        { label: "Discovery", link: { to: "/discovery" }, deep: true },
        { label: "Proposed links", link: { to: "/topology" } },
        ...(seesPollers ? [{ label: "Pollers", link: { to: "/pollers" } as const }] : []),
      ]}
    />
  );
}

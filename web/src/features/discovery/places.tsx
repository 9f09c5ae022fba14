import { Places } from "../../ui/places";

/** Scans that were made, and those that repeat. */
export function DiscoveryPlaces() {
  return (
    <Places
      name="Discovery"
      places={[
        { label: "Scans", link: { to: "/discovery" } },
        { label: "Scheduled", link: { to: "/discovery/schedules" } },
      ]}
    />
  );
}

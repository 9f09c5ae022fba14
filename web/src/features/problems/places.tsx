import { Places } from "../../ui/places";

/** The screens about what is wrong and who is not told of it. */
export function ProblemPlaces() {
  return (
    <Places
      name="Problems"
      places={[
        { label: "Open problems", link: { to: "/problems" } },
        { label: "Incidents", link: { to: "/incidents" } },
        { label: "Silences", link: { to: "/silences" } },
        { label: "Maintenance", link: { to: "/maintenance" } },
      ]}
    />
  );
}

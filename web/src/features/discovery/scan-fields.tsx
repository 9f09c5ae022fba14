import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { type Api, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { Field } from "../../ui/controls";
import { Check, fieldError, formText, TextArea } from "../../ui/form";
import { addressesIn, networksIn } from "./networks";

const MOST = 4_096;
/** The fields that show their own errors; of a scan inside something else they begin with `scan.` */
export const SCAN_FIELDS = ["networks", "credential_ids", "secret", "scan.networks", "scan.credential_ids"];

type Asked = Pick<Schemas["ScanIn"], "networks" | "neighbours" | "credential_ids">;

interface Props {
  scan?: Asked;
  error: Error | null;
}

/** Which networks to scan, and with which credentials. */
export function ScanFields({ scan, error }: Props) {
  const { api } = useApp();
  const [networks, setNetworks] = useState((scan?.networks ?? []).join("\n"));
  const credentials = useQuery({
    queryKey: ["credentials"],
    queryFn: () => read(api.GET("/api/v1/credentials", { params: { query: { per_page: 200 } } })).then((answer) => answer.data),
  });
  const known = (credentials.data ?? []).filter((each) => each.kind.startsWith("snmp"));
  const count = networksIn(networks).reduce((sum, network) => sum + addressesIn(network), 0);
  const refused = (name: string) => fieldError(error, name) ?? fieldError(error, `scan.${name}`);
  return (
    <>
      <TextArea
        label="Networks"
        name="networks"
        rows={3}
        value={networks}
        onChange={(event) => setNetworks(event.target.value)}
        placeholder="198.51.100.0/24"
        className="font-mono"
        hint={count > 0 ? `${count} addresses` : "One a line, such as 198.51.100.0/24"}
        error={refused("networks") ?? (count > MOST ? `${count} addresses: a scan takes at most ${MOST}` : undefined)}
      />
      <Check name="neighbours" label="Also neighbours that your devices tell of" defaultChecked={scan?.neighbours ?? false} />
      <Field
        label="SNMP community to try"
        name="community"
        type="password"
        autoComplete="off"
        hint="Kept encrypted with your credentials. Without any, a scan only pings."
        error={fieldError(error, "secret")}
      />
      {known.length > 0 && (
        <fieldset aria-describedby={refused("credential_ids") ? "credentials-note" : undefined}>
          <legend className="font-medium">Credentials to try</legend>
          <div className="flex max-h-40 flex-col overflow-y-auto">
            {known.map((each) => (
              <Check
                key={each.id}
                name="credential_ids"
                value={each.id}
                label={each.name}
                defaultChecked={scan?.credential_ids?.includes(each.id) ?? false}
              />
            ))}
          </div>
          {refused("credential_ids") && (
            <p id="credentials-note" className="text-offline">
              {refused("credential_ids")}
            </p>
          )}
        </fieldset>
      )}
    </>
  );
}

/** What was filled in as the API takes it; a community that was typed becomes a credential. */
export function useScan() {
  const { api } = useApp();
  // once, however often the rest of the form is refused
  const made = useRef(new Map<string, string>());
  return async (form: HTMLFormElement) => {
    const data = new FormData(form);
    const text = formText(form);
    const networks = networksIn(text("networks"));
    const chosen = data.getAll("credential_ids").map(String);
    const community = text("community");
    if (community) {
      const id = made.current.get(community) ?? (await keep(api, community, `Scan of ${networks[0] ?? "neighbours"}`));
      made.current.set(community, id);
      chosen.push(id);
    }
    return { networks, neighbours: data.has("neighbours"), credential_ids: [...new Set(chosen)] };
  };
}

/** Keep a community under a name, or that name with a number after it where it is taken. */
async function keep(api: Api, community: string, name: string): Promise<string> {
  const known = await read(api.GET("/api/v1/credentials", { params: { query: { per_page: 200 } } }));
  const names = new Set(known.data.map((each) => each.name));
  let free = name;
  for (let number = 2; names.has(free); number += 1) free = `${name} (${number})`;
  const body = { name: free, kind: "snmp_v2c", secret: { community } } as const;
  return (await read(api.POST("/api/v1/credentials", { body }))).data.id;
}

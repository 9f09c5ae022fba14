import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useId, useState } from "react";
import { read } from "../../api/client";
import { useApp } from "../../app/context";
import { Button, Field } from "../../ui/controls";
import { Dialog } from "../../ui/dialog";
import { Check, fieldError, FormError, formText } from "../../ui/form";
import { addressesIn, networksIn } from "./networks";

const MOST = 4_096;

/** Which networks to scan, and with which credentials. */
export function ScanForm({ close }: { close: () => void }) {
  const { api } = useApp();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const id = useId();
  const [networks, setNetworks] = useState("");
  const credentials = useQuery({
    queryKey: ["credentials"],
    queryFn: () => read(api.GET("/api/v1/credentials", { params: { query: { per_page: 200 } } })).then((answer) => answer.data),
  });
  const start = useMutation({
    mutationFn: async (form: HTMLFormElement) => {
      const text = formText(form);
      const chosen = new FormData(form).getAll("credential_ids").map(String);
      const community = text("community");
      if (community) {
        const body = { name: `Scan of ${networksIn(networks)[0] ?? "neighbours"}`, kind: "snmp_v2c", secret: { community } } as const;
        chosen.push((await read(api.POST("/api/v1/credentials", { body: { ...body, name: await free(body.name) } }))).data.id);
      }
      const body = {
        networks: networksIn(networks),
        neighbours: new FormData(form).has("neighbours"),
        credential_ids: chosen,
        dry_run: true,
      };
      return (await read(api.POST("/api/v1/discovery/scans", { body }))).data;
    },
    onSuccess: async ({ scan_id }) => {
      await queries.invalidateQueries({ queryKey: ["scans"] });
      close();
      await navigate({ to: "/discovery/$scanId", params: { scanId: scan_id } });
    },
  });
  const free = async (name: string) => {
    const names = new Set(credentials.data?.map((each) => each.name));
    for (let number = 2, tried = name; ; tried = `${name} (${number++})`) if (!names.has(tried)) return tried;
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    start.mutate(event.currentTarget);
  };
  const count = networksIn(networks).reduce((sum, network) => sum + addressesIn(network), 0);
  const note =
    fieldError(start.error, "networks") ??
    (count > MOST ? `${count} addresses: a scan takes at most ${MOST}` : count > 0 ? `${count} addresses` : "One a line, such as 198.51.100.0/24");
  const isWrong = fieldError(start.error, "networks") !== undefined || count > MOST;
  return (
    <Dialog title="Scan a network" close={close}>
      <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <div className="flex flex-col gap-1">
          <label htmlFor={id} className="font-medium">
            Networks
          </label>
          <textarea
            id={id}
            rows={3}
            value={networks}
            onChange={(event) => setNetworks(event.target.value)}
            placeholder="198.51.100.0/24"
            aria-invalid={isWrong || undefined}
            aria-describedby={`${id}-note`}
            className="w-full rounded-md border border-line bg-ground px-3 py-2 font-mono text-ink placeholder:text-muted aria-invalid:border-offline"
          />
          <p id={`${id}-note`} className={isWrong ? "text-offline" : "text-muted"}>
            {note}
          </p>
        </div>
        <Check name="neighbours" label="Also neighbours that your devices tell of" />
        <Field
          label="SNMP community to try"
          name="community"
          type="password"
          autoComplete="off"
          hint="Kept encrypted with your credentials. Without any, a scan only pings."
          error={fieldError(start.error, "secret")}
        />
        {credentials.data && credentials.data.length > 0 && (
          <fieldset>
            <legend className="font-medium">Credentials to try</legend>
            <div className="flex max-h-40 flex-col overflow-y-auto">
              {credentials.data
                .filter((each) => each.kind.startsWith("snmp"))
                .map((each) => (
                  <Check key={each.id} name="credential_ids" value={each.id} label={each.name} />
                ))}
            </div>
          </fieldset>
        )}
        <p className="text-muted">A scan only looks: it adds nothing. You choose from what it finds.</p>
        <FormError error={start.error} fields={["networks", "secret"]} />
        <div className="flex justify-end gap-2">
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" look="primary" disabled={start.isPending || count > MOST}>
            {start.isPending ? "Starting…" : "Scan"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent } from "react";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { Button, Field, PageHead, Panel } from "../../ui/controls";
import { fieldError as errorOf, FormError, Select } from "../../ui/form";

const TYPES = ["other", "router", "switch", "firewall", "access_point", "radio", "olt", "server", "ups", "printer"];

/** Add a device: four fields, and it is polled within seconds. */
export function NewDevice() {
  const { api } = useApp();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: (body: Schemas["DeviceIn"]) => read(api.POST("/api/v1/devices", { body })),
    onSuccess: async ({ data }) => {
      await queries.invalidateQueries();
      await navigate({ to: "/devices/$deviceId", params: { deviceId: data.id } });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const community = text("community");
    add.mutate({
      name: text("name") || text("ip_address"),
      ip_address: text("ip_address"),
      device_type: text("device_type") as Schemas["DeviceIn"]["device_type"],
      interval_seconds: Number(text("interval_seconds")),
      ...(community ? { snmp: { version: "2c", port: Number(text("port")), community } } : {}),
    } as Schemas["DeviceIn"]);
  };
  const fieldError = (name: string) => errorOf(add.error, name);
  return (
    <div className="mx-auto flex max-w-lg flex-col gap-4">
      <PageHead title="Add a device" note="It is polled within seconds." />
      <Panel>
        <form onSubmit={submit} className="flex flex-col gap-4">
          <Field label="Address" name="ip_address" required placeholder="198.51.100.7" error={fieldError("ip_address")} />
          <Field label="Name" name="name" placeholder="The address, if you leave this empty" error={fieldError("name")} />
          <Field
            label="SNMP community"
            name="community"
            type="password"
            autoComplete="off"
            error={fieldError("snmp.community")}
            hint="Kept encrypted, never shown again. Without it NetPulse only pings."
          />
          <div className="grid grid-cols-3 gap-3">
            <Select label="Type" name="device_type">
                {TYPES.map((type) => (
                  <option key={type} value={type}>
                    {type.replace("_", " ")}
                  </option>
                ))}
              </Select>
            <Field label="SNMP port" name="port" type="number" min={1} max={65535} defaultValue={161} error={fieldError("snmp.port")} />
            <Field label="Every (s)" name="interval_seconds" type="number" min={10} max={3600} defaultValue={60} error={fieldError("interval_seconds")} />
          </div>
          <FormError error={add.error} fields={["ip_address", "name", "snmp", "interval_seconds"]} />
          <Button type="submit" look="primary" disabled={add.isPending}>
            {add.isPending ? "Adding…" : "Add and watch it"}
          </Button>
        </form>
      </Panel>
    </div>
  );
}

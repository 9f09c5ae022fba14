import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useChange } from "../../ui/change";
import { Field } from "../../ui/controls";
import { Check as Tick, fieldError, Select, TextArea } from "../../ui/form";
import { FormDialog } from "../../ui/form-dialog";
import { type Check, CHECK_KINDS, type CheckKind } from "./check";

const DNS_TYPES = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"] as const;
const METHODS = ["GET", "HEAD", "POST"] as const;
const RCODES = ["NOERROR", "NXDOMAIN", "REFUSED", "SERVFAIL"] as const;
const SHOWN = [
  "name", "interval_seconds", "timeout_seconds", "credential_id", "tcp.port", "http.url", "http.method", "http.expected_status",
  "http.contains", "dns.query", "dns.type", "dns.server", "dns.expected", "dns.expected_rcode", "ssh.port", "ssh.command", "ssh.contains",
];

type Text = (name: string) => string;
type Probe = Pick<Schemas["CheckIn"], CheckKind>;

/** What is asked, as the form says it; what it does not show stays as it was. */
function probeOf(kind: CheckKind, check: Check | null, text: Text): Probe {
  const list = (name: string) => text(name).split(/[\s,;]+/).filter(Boolean);
  const isOn = (name: string) => text(name) === "on";
  switch (kind) {
    case "tcp":
      return { tcp: { port: Number(text("port")) } };
    case "http":
      return {
        http: {
          ...(check?.http ?? {}),
          url: text("url"),
          method: text("method") as (typeof METHODS)[number],
          expected_status: list("expected_status").map(Number),
          contains: text("contains"),
          verify_tls: isOn("verify_tls"),
          follow_redirects: isOn("follow_redirects"),
        },
      };
    case "dns":
      return {
        dns: {
          ...(check?.dns ?? {}),
          query: text("query"),
          type: text("type") as (typeof DNS_TYPES)[number],
          server: text("server") || null,
          beyond_device: text("server") !== "",
          expected: text("expected").split("\n").map((line) => line.trim()).filter(Boolean),
          expected_rcode: text("expected_rcode") as (typeof RCODES)[number],
        },
      };
    case "ssh":
      return {
        ssh: { ...(check?.ssh ?? {}), port: Number(text("port")), command: text("command"), contains: text("contains") },
      };
  }
}

interface Props {
  deviceId: string;
  check: Check | null;
  close: () => void;
}

/** A check to add to a device, or to change; its name and kind stay, for they name its history. */
export function CheckForm({ deviceId, check, close }: Props) {
  const { api } = useApp();
  const [kind, setKind] = useState<CheckKind>(check?.kind ?? "http");
  const wantedKind = CHECK_KINDS[kind].credential;
  const credentials = useQuery({
    queryKey: ["credentials"],
    enabled: wantedKind !== null,
    queryFn: () => read(api.GET("/api/v1/credentials", { params: { query: { per_page: 200 } } })).then((answer) => answer.data),
  });
  const save = useChange(
    (text: Text) => {
      const shared = {
        interval_seconds: Number(text("interval_seconds")),
        timeout_seconds: Number(text("timeout_seconds")),
        credential_id: text("credential_id") || null,
        ...probeOf(kind, check, text),
      };
      const path = { device_id: deviceId };
      return check
        ? done(
            api.PATCH("/api/v1/devices/{device_id}/checks/{check_id}", {
              params: { path: { ...path, check_id: check.id } },
              body: shared,
            }),
          )
        : done(api.POST("/api/v1/devices/{device_id}/checks", { params: { path }, body: { ...shared, name: text("name"), enabled: true } }));
    },
    [["checks"]],
    close,
  );
  const error = (name: string) => fieldError(save.error, name);
  const logins = credentials.data?.filter((each) => each.kind === wantedKind) ?? [];
  return (
    <FormDialog title={check ? `Change ${check.name}` : "Add a check"} close={close} save={save} shown={SHOWN} submit={(text) => save.mutate(text)} wide>
      {!check && (
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="Name" name="name" placeholder="web page" hint="Names its history, so it stays" error={error("name")} />
          <Select label="Kind" value={kind} onChange={(event) => setKind(event.target.value as CheckKind)} hint={CHECK_KINDS[kind].asks}>
            {Object.entries(CHECK_KINDS).map(([value, { name }]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </Select>
        </div>
      )}
      <ProbeFields key={kind} kind={kind} check={check} error={error} />
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        <Field
          label="Every (s)"
          name="interval_seconds"
          type="number"
          min={10}
          max={3600}
          defaultValue={check?.interval_seconds ?? 60}
          error={error("interval_seconds")}
        />
        <Field
          label="Waits at most (s)"
          name="timeout_seconds"
          type="number"
          min={0.5}
          max={30}
          step="any"
          defaultValue={check?.timeout_seconds ?? 10}
          error={error("timeout_seconds")}
        />
        {wantedKind && (
          <Select
            key={`${kind} ${logins.length}`}
            label="Login"
            name="credential_id"
            defaultValue={check?.credential_id ?? ""}
            className="col-span-2 sm:col-span-1"
            hint={logins.length === 0 ? "None of this kind is kept yet" : undefined}
            error={error("credential_id")}
          >
            <option value="">None</option>
            {logins.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
              </option>
            ))}
          </Select>
        )}
      </div>
    </FormDialog>
  );
}

interface ProbeProps {
  kind: CheckKind;
  check: Check | null;
  error: (name: string) => string | undefined;
}

/** The fields of what is asked, by its kind. */
function ProbeFields({ kind, check, error }: ProbeProps) {
  const number = (name: string, value: number) => (
    <Field label="Port" name="port" type="number" min={1} max={65535} defaultValue={value} error={error(`${name}.port`)} />
  );
  const { http, dns, ssh } = check ?? {};
  if (kind === "tcp") return number("tcp", check?.tcp?.port ?? 443);
  if (kind === "http")
    return (
      <>
        <div className="grid gap-3 sm:grid-cols-[6rem_1fr]">
          <Select label="Method" name="method" defaultValue={http?.method ?? "GET"} error={error("http.method")}>
            {METHODS.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </Select>
          <Field
            label="URL"
            name="url"
            inputMode="url"
            defaultValue={http?.url}
            placeholder="https://ups.example.org/status"
            hint="Sent to the device's own address; the name is sent as Host and checked against the certificate."
            error={error("http.url")}
          />
          <Field
            label="Status"
            name="expected_status"
            defaultValue={http?.expected_status?.join(", ")}
            placeholder="below 400"
            error={error("http.expected_status")}
          />
          <Field label="The page says" name="contains" defaultValue={http?.contains} placeholder="Anything" error={error("http.contains")} />
        </div>
        <div className="flex flex-wrap gap-x-4">
          <Tick label="The certificate must be trusted" name="verify_tls" defaultChecked={http?.verify_tls ?? true} />
          <Tick label="Follow redirects" name="follow_redirects" defaultChecked={http?.follow_redirects ?? false} />
        </div>
      </>
    );
  if (kind === "dns")
    return (
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label="Name to ask for" name="query" defaultValue={dns?.query} placeholder="www.example.org" error={error("dns.query")} />
        <Select label="Of type" name="type" defaultValue={dns?.type ?? "A"} error={error("dns.type")}>
          {DNS_TYPES.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </Select>
        <Field
          label="Name server"
          name="server"
          defaultValue={dns?.server ?? ""}
          placeholder="This device"
          hint="Another one must be allowed for the organisation"
          error={error("dns.server")}
        />
        <Select label="Its answer is" name="expected_rcode" defaultValue={dns?.expected_rcode ?? "NOERROR"} error={error("dns.expected_rcode")}>
          {RCODES.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </Select>
        <div className="sm:col-span-2">
          <TextArea
            label="Exactly these"
            name="expected"
            rows={2}
            defaultValue={dns?.expected?.join("\n")}
            placeholder="Any answers"
            hint="One a line"
            error={error("dns.expected")}
          />
        </div>
      </div>
    );
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {number("ssh", ssh?.port ?? 22)}
      <Field label="Command" name="command" defaultValue={ssh?.command} placeholder="None: its banner" error={error("ssh.command")} />
      <Field label="It says" name="contains" defaultValue={ssh?.contains} placeholder="Anything" error={error("ssh.contains")} />
    </div>
  );
}

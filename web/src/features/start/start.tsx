import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { type Device, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { Button, Field, Panel } from "../../ui/controls";
import { fieldError, FormError, formText } from "../../ui/form";
import { ChannelFields, NewSecret } from "../notifications/channel-form";
import { Trial } from "../notifications/channel-row";
import { FirstPoll } from "./first-poll";

const STEPS = ["A device", "First answer", "Who is told"] as const;

/** From nothing to the first device live and somebody told of problems, in three short steps. */
export function Start() {
  const [step, setStep] = useState(0);
  const [device, setDevice] = useState<Device | null>(null);
  return (
    <div className="mx-auto flex max-w-lg flex-col gap-5">
      <div>
        <h1 className="text-xl font-bold">Welcome to NetPulse</h1>
        <p className="text-muted">Three short steps, and your network watches itself.</p>
      </div>
      <ol className="grid grid-cols-3 gap-2">
        {STEPS.map((name, index) => (
          <li
            key={name}
            aria-current={index === step ? "step" : undefined}
            className="border-t-4 border-line pt-1.5 text-muted aria-[current=step]:border-accent aria-[current=step]:font-semibold aria-[current=step]:text-ink"
          >
            {index < step ? "✓" : `${index + 1}.`} {name}
          </li>
        ))}
      </ol>
      {step === 0 && (
        <AddFirst
          done={(made) => {
            setDevice(made);
            setStep(1);
          }}
        />
      )}
      {step === 1 && device && <FirstPoll device={device} next={() => setStep(2)} back={() => setStep(0)} />}
      {step === 2 && <Tell />}
    </div>
  );
}

function AddFirst({ done }: { done: (device: Device) => void }) {
  const { api } = useApp();
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: (body: Schemas["DeviceIn"]) => read(api.POST("/api/v1/devices", { body })).then((answer) => answer.data),
    onSuccess: (device) => {
      done(device);
      return queries.invalidateQueries();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = formText(event.currentTarget);
    const community = text("community");
    add.mutate({
      name: text("name") || text("ip_address"),
      ip_address: text("ip_address"),
      device_type: "other",
      interval_seconds: 60,
      ...(community ? { snmp: { version: "2c", community } } : {}),
    } as Schemas["DeviceIn"]);
  };
  const error = (name: string) => fieldError(add.error, name);
  return (
    <Panel title="Which device first?">
      <form onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <Field
          label="Address"
          name="ip_address"
          placeholder="198.51.100.7"
          autoComplete="off"
          error={error("ip_address")}
          hint="A router or a switch is a good one to begin with."
        />
        <Field
          label="SNMP community"
          name="community"
          type="password"
          autoComplete="off"
          hint="Kept encrypted, never shown again. Without it NetPulse only pings."
          error={error("snmp.community")}
        />
        <Field label="Name" name="name" placeholder="The address, if you leave this empty" error={error("name")} />
        <FormError error={add.error} fields={["ip_address", "name", "snmp.community"]} />
        <Button type="submit" look="primary" disabled={add.isPending}>
          {add.isPending ? "Adding…" : "Add and watch it"}
        </Button>
      </form>
    </Panel>
  );
}

function Tell() {
  const [made, setMade] = useState<Schemas["CreatedChannel"] | null>(null);
  const leave = (
    <Link to="/" className="inline-flex min-h-10 items-center self-start rounded-md border border-line bg-raised px-4 font-medium">
      {made ? "Open the wall" : "Later: open the wall"}
    </Link>
  );
  return (
    <Panel title={made ? `${made.name} is ready` : "Who is told of problems?"}>
      <div className="flex flex-col gap-4">
        {made ? (
          <>
            <NewSecret channel={made} />
            <p className="text-muted">Send a test now: better to find out today than at night.</p>
            <Trial channelId={made.id} name={made.name} />
          </>
        ) : (
          <ChannelFields done={setMade} name="First channel" />
        )}
        {leave}
      </div>
    </Panel>
  );
}

import { useQuery } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { done, read } from "../../api/client";
import { useApp } from "../../app/context";
import { useChange } from "../../ui/change";
import { Button, Failed, Field, Loading, Panel } from "../../ui/controls";
import { fieldError, FormError, formText } from "../../ui/form";

const SETTINGS = ["notification-settings"] as const;

/** How many messages a minute a person gets at most, and what becomes of the rest. */
export function StormBrake({ mayWrite }: { mayWrite: boolean }) {
  const { api } = useApp();
  const settings = useQuery({
    queryKey: SETTINGS,
    queryFn: () => read(api.GET("/api/v1/notification-settings")).then((answer) => answer.data),
  });
  return (
    <Panel title="Storm brake">
      <p className="mb-4 max-w-3xl text-muted">
        In a storm nobody reads a hundred messages. What is more than so many in a minute comes in one message when the minute is over:
        it counts what it kept back and names the devices that the outages hang on. The gravest go out first, and every problem is
        on its list all the same.
      </p>
      {settings.isPending && <Loading what="the storm brake" />}
      {settings.isError && <Failed error={settings.error} retry={() => void settings.refetch()} />}
      {settings.data && (mayWrite ? <BrakeForm most={settings.data.most_a_minute} /> : <InWords most={settings.data.most_a_minute} />)}
    </Panel>
  );
}

const InWords = ({ most }: { most: number }) => (
  <p className="font-medium">
    {most === 1 ? "One message" : `${most} messages`} a minute to a person at most, whatever channels have their address.
  </p>
);

function BrakeForm({ most }: { most: number }) {
  const { api } = useApp();
  const save = useChange((most_a_minute: number) => done(api.PUT("/api/v1/notification-settings", { body: { most_a_minute } })), [SETTINGS]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(Number(formText(event.currentTarget)("most_a_minute")));
  };
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-3">
      <Field
        label="Messages a minute to a person at most"
        name="most_a_minute"
        type="number"
        min={1}
        max={1000}
        defaultValue={most}
        hint="Whatever channels have their address; each webhook counts as a person"
        error={fieldError(save.error, "most_a_minute")}
        className="max-w-md"
      />
      <FormError error={save.error} fields={["most_a_minute"]} />
      <div className="flex items-center gap-3">
        <Button type="submit" disabled={save.isPending}>
          {save.isPending ? "Saving…" : "Save the storm brake"}
        </Button>
        <span role="status" className="text-online">
          {save.isSuccess && "● Saved"}
        </span>
      </div>
    </form>
  );
}

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { forgetFleet } from "../../app/fleet";
import { useMe } from "../../app/me";
import { useChosenTheme } from "../../app/theme";
import { applyTheme, type Theme } from "../../app/theme-choice";
import { setSingleKeys, singleKeysOn } from "../../lib/keys";
import { Ago } from "../../ui/ago";
import { Button, Failed, Field, Loading, PageHead, Panel } from "../../ui/controls";
import { Check, fieldError, FormError, Select } from "../../ui/form";
import { roleWord } from "../people/roles";
import { SecondFactors } from "./second-factors";

const FEW = 5;

/** One's own account: name, password, organisation, sessions and how NetPulse looks. */
export function Profile() {
  const me = useMe();
  if (me.isPending) return <Loading what="your profile" />;
  if (me.isError) return <Failed error={me.error} retry={() => void me.refetch()} />;
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-5">
      <PageHead
        title={me.data.user?.full_name ?? "Profile"}
        note={`${me.data.user?.email ?? ""}, ${roleWord(me.data.role).toLowerCase()} of ${me.data.organization.name}`}
      />
      <Looks />
      <Organizations me={me.data} />
      <Password />
      <SecondFactors />
      <Sessions />
    </div>
  );
}

function Looks() {
  const theme = useChosenTheme();
  const [keys, setKeys] = useState(singleKeysOn);
  return (
    <Panel title="This browser">
      <Select
        label="Theme"
        value={theme}
        onChange={(event) => applyTheme(event.target.value as Theme)}
        className="max-w-xs"
      >
        <option value="dark">Dark</option>
        <option value="light">Light</option>
        <option value="system">As the system</option>
      </Select>
      <div className="mt-3">
        <Check
          label="Single keys are commands (? lists them)"
          checked={keys}
          onChange={(on) => {
            setSingleKeys(on);
            setKeys(on);
          }}
        />
      </div>
    </Panel>
  );
}

function Organizations({ me }: { me: Schemas["MeView"] }) {
  const { session } = useApp();
  const change = useMutation({
    mutationFn: (id: string) => session.switchOrganization(id),
    // a fresh page: nothing of the other organisation stays
    onSuccess: async () => {
      await forgetFleet();
      location.assign("/");
    },
  });
  if (me.memberships.length < 2) return null;
  return (
    <Panel title="Organisation">
      <Select
        label="You work in"
        value={me.organization_id}
        disabled={change.isPending}
        onChange={(event) => change.mutate(event.target.value)}
        className="max-w-xs"
      >
        {me.memberships.map((each) => (
          <option key={each.organization_id} value={each.organization_id}>
            {each.name} ({roleWord(each.role).toLowerCase()})
          </option>
        ))}
      </Select>
      <FormError error={change.error} />
    </Panel>
  );
}

function Password() {
  const { api } = useApp();
  const change = useMutation({
    mutationFn: (body: Schemas["PasswordIn"]) => done(api.POST("/api/v1/me/password", { body })),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    change.mutate(
      { current_password: String(data.get("current_password")), new_password: String(data.get("new_password")) },
      { onSuccess: () => form.reset() },
    );
  };
  return (
    <Panel title="Password">
      <form onSubmit={submit} className="flex max-w-sm flex-col gap-4" noValidate>
        <Field
          label="Current password"
          name="current_password"
          type="password"
          autoComplete="current-password"
          error={fieldError(change.error, "current_password")}
        />
        <Field
          label="New password"
          name="new_password"
          type="password"
          autoComplete="new-password"
          hint="At least 15 characters; a few words are fine."
          error={fieldError(change.error, "new_password")}
        />
        <FormError error={change.error} fields={["current_password", "new_password"]} />
        {change.isSuccess && (
          <p role="status" className="text-online">
            ● The password is changed.
          </p>
        )}
        <Button type="submit" disabled={change.isPending} className="self-start">
          {change.isPending ? "Changing…" : "Change the password"}
        </Button>
      </form>
    </Panel>
  );
}

function Sessions() {
  const { api } = useApp();
  const [isAll, setAll] = useState(false);
  const queries = useQueryClient();
  const sessions = useQuery({
    queryKey: ["sessions"],
    queryFn: () => read(api.GET("/api/v1/me/sessions")).then((answer) => answer.data),
  });
  const end = useMutation({
    mutationFn: (id: string) => done(api.DELETE("/api/v1/me/sessions/{session_id}", { params: { path: { session_id: id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
  const shown = isAll ? sessions.data : sessions.data?.slice(0, FEW);
  const hidden = (sessions.data?.length ?? 0) - (shown?.length ?? 0);
  return (
    <Panel title="Where you are logged in">
      {sessions.isPending && <Loading what="sessions" />}
      {sessions.isError && <Failed error={sessions.error} retry={() => void sessions.refetch()} />}
      <FormError error={end.error} />
      <ul className="-my-3 divide-y divide-line empty:hidden">
        {shown?.map((each) => (
          <li key={each.id} className="flex flex-wrap items-center justify-between gap-3 py-3">
            <span>
              {each.client_id === "netpulse-web" ? "A browser" : "An API client"}, opened <Ago at={each.started_at} />
            </span>
            {each.is_current ? (
              <span className="text-muted">This one</span>
            ) : (
              <Button disabled={end.isPending} onClick={() => end.mutate(each.id)}>
                End it
              </Button>
            )}
          </li>
        ))}
      </ul>
      {hidden > 0 && (
        <Button className="mt-4" onClick={() => setAll(true)}>
          Show {hidden} more
        </Button>
      )}
    </Panel>
  );
}

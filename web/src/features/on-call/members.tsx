import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { Field } from "../../ui/controls";
import { Select } from "../../ui/form";
import { TakeOut } from "../../ui/take-out";
import { useChannels } from "../notifications/channels";

export type Member = Schemas["MemberModel"];

export const NOBODY: Member = { name: "", user_id: null, channel_ids: [] };

interface Props {
  member: Member;
  set: (member: Member) => void;
  /** Takes the member out; null where there must be one. */
  remove: (() => void) | null;
  error?: string | undefined;
}

/** Somebody who can be on call, and the channel that reaches them. */
export function MemberFields({ member, set, remove, error }: Props) {
  const { api } = useApp();
  const mayRead = useCan("user:read");
  const known = useId();
  const people = useQuery({
    queryKey: ["people", "all"],
    enabled: mayRead,
    queryFn: () => read(api.GET("/api/v1/users", { params: { query: { per_page: 200 } } })).then((answer) => answer.data),
  });
  const channels = useChannels();
  const [channel = ""] = member.channel_ids;
  return (
    <div className="grid gap-2 sm:grid-cols-[1fr_1fr_auto] sm:items-end">
      <Field
        label="Who"
        value={member.name}
        list={known}
        placeholder="Name"
        onChange={(event) => {
          const name = event.target.value;
          const person = people.data?.find((each) => each.full_name === name || each.email === name);
          set({ ...member, name, user_id: person?.id ?? null });
        }}
        error={error}
      />
      <datalist id={known}>
        {people.data?.map((each) => <option key={each.id} value={each.full_name || each.email} />)}
      </datalist>
      <Select
        label="Reached by"
        value={channel}
        onChange={(event) => set({ ...member, channel_ids: event.target.value ? [event.target.value] : [] })}
      >
        <option value="">{channels.data?.length === 0 ? "No channel yet: add one under Notifications" : "Choose a channel"}</option>
        {channels.data?.map((each) => (
          <option key={each.id} value={each.id}>
            {each.name}
          </option>
        ))}
      </Select>
      {remove && <TakeOut name={member.name || "this one"} run={remove} />}
    </div>
  );
}

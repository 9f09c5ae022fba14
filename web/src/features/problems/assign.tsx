import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan, useMe } from "../../app/me";
import { Fault, useChange } from "../../ui/change";
import { Button } from "../../ui/controls";

interface Props {
  /** Whose it is now; null: nobody's. */
  to: string | null;
  name: string;
  run: (userId: string | null) => Promise<unknown>;
}

/** Says who works on it: anybody for who may see people, else oneself or nobody. */
export function Assign({ to, name, run }: Props) {
  const { api } = useApp();
  const me = useMe().data?.user;
  const mayRead = useCan("user:read");
  const people = useQuery({
    queryKey: ["people", "all"],
    enabled: mayRead,
    queryFn: () => read(api.GET("/api/v1/users", { params: { query: { per_page: 200 } } })).then((answer) => answer.data),
  });
  const assign = useChange(run, [["alerts"]]);
  if (!mayRead)
    return (
      <>
        {me && to !== me.id && <Button disabled={assign.isPending} onClick={() => assign.mutate(me.id)}>Take it on</Button>}
        {me && to === me.id && <Button disabled={assign.isPending} onClick={() => assign.mutate(null)}>Hand it back</Button>}
        <Fault error={assign.error} />
      </>
    );
  const known = (people.data ?? []).filter((each) => each.is_active);
  return (
    <>
      <select
        aria-label="Assigned to"
        value={assign.isPending ? (assign.variables ?? "") : (to ?? "")}
        disabled={assign.isPending}
        onChange={(event) => assign.mutate(event.target.value || null)}
        className="min-h-10 max-w-56 rounded-md border border-line bg-ground px-2"
      >
        <option value="">Assigned to nobody</option>
        {to && !known.some((each) => each.id === to) && <option value={to}>{name}</option>}
        {known.map((each) => (
          <option key={each.id} value={each.id}>
            {each.id === me?.id ? `Me (${each.full_name || each.email})` : each.full_name || each.email}
          </option>
        ))}
      </select>
      <Fault error={assign.error} />
    </>
  );
}

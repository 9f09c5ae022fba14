import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan, useMe } from "../../app/me";
import { Button, Empty, Failed, Loading, PageHead } from "../../ui/controls";
import { ApiKeys } from "./api-keys";
import { Invite } from "./invite";
import { ROLES, roleWord } from "./roles";

type User = Schemas["UserView"];
export const PEOPLE = ["people"] as const;

/** Who may come in and what they may do; and the keys of programs. */
export function People() {
  const { api } = useApp();
  const me = useMe();
  const mayRead = useCan("user:read");
  const mayWrite = useCan("user:write");
  const [isInviting, setInviting] = useState(false);
  const people = useQuery({
    queryKey: PEOPLE,
    enabled: mayRead,
    queryFn: () => read(api.GET("/api/v1/users", { params: { query: { per_page: 200 } } })).then((a) => a.data),
  });
  if (me.isPending) return <Loading what="people" />;
  if (!mayRead)
    return (
      <Empty title="Only administrators see this" first>
        <p>Ask one of them if you need somebody added.</p>
      </Empty>
    );
  return (
    <div className="flex flex-col gap-6">
      <section className="flex flex-col gap-4">
        <PageHead title="People" note={me.data ? `Everybody in ${me.data.organization.name}.` : ""}>
          {mayWrite && (
            <Button look="primary" onClick={() => setInviting(true)}>
              Invite somebody
            </Button>
          )}
        </PageHead>
        {people.isPending && <Loading what="people" />}
        {people.isError && <Failed error={people.error} retry={() => void people.refetch()} />}
        {people.data && (
          <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
            {people.data.map((user) => (
              <Row key={user.id} user={user} mayWrite={mayWrite && user.id !== me.data?.user?.id} />
            ))}
          </ul>
        )}
      </section>
      <ApiKeys mayWrite={mayWrite} />
      {isInviting && <Invite close={() => setInviting(false)} />}
    </div>
  );
}

/** How somebody's account is, as shape and word. */
function standing(user: User): string {
  if (!user.is_active) return "■ Deactivated";
  return user.is_invited ? "◇ Invited" : "● Active";
}

function Row({ user, mayWrite }: { user: User; mayWrite: boolean }) {
  const { api } = useApp();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (body: Schemas["UserChange"]) =>
      done(api.PATCH("/api/v1/users/{user_id}", { params: { path: { user_id: user.id } }, body })),
    onSettled: () => queries.invalidateQueries({ queryKey: PEOPLE }),
  });
  const name = user.full_name || user.email;
  return (
    <li className="grid gap-x-4 gap-y-2 px-4 py-3 sm:grid-cols-[1fr_7rem_auto] sm:items-center">
      <div className="min-w-0">
        <p className={`font-semibold break-words ${user.is_active ? "" : "text-muted"}`}>{name}</p>
        <p className="wrap-anywhere text-muted">{user.email}</p>
        {change.isError && (
          <p role="alert" className="text-offline">
            {change.error.message}
          </p>
        )}
      </div>
      <p className={user.is_active && !user.is_invited ? "text-online" : "text-unknown"}>{standing(user)}</p>
      {mayWrite ? (
        <div className="flex flex-wrap items-center gap-2">
          <select
            aria-label={`Role of ${name}`}
            value={change.variables?.role && change.isPending ? change.variables.role : user.role}
            disabled={change.isPending}
            onChange={(event) => change.mutate({ role: event.target.value as Schemas["Role"] })}
            className="min-h-10 rounded-md border border-line bg-ground px-2"
          >
            {ROLES.map(({ role, word }) => (
              <option key={role} value={role}>
                {word}
              </option>
            ))}
          </select>
          <Button
            look={user.is_active ? "danger" : "plain"}
            disabled={change.isPending}
            aria-label={`${user.is_active ? "Deactivate" : "Activate"} ${name}`}
            onClick={() => {
              if (!user.is_active || confirm(`Deactivate ${name}? Their sessions end at once.`))
                change.mutate({ is_active: !user.is_active });
            }}
          >
            {user.is_active ? "Deactivate" : "Activate"}
          </Button>
        </div>
      ) : (
        <p className="text-muted">{roleWord(user.role)}</p>
      )}
    </li>
  );
}

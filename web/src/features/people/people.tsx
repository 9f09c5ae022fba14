import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan, useMe } from "../../app/me";
import { PeoplePlaces } from "../../app/places";
import { Fault, useChange } from "../../ui/change";
import { SearchBox } from "../../ui/choice";
import { Button, Empty, Loading, PageHead } from "../../ui/controls";
import { Listing } from "../../ui/listing";
import { usePaging } from "../../ui/paging";
import { ApiKeys } from "./api-keys";
import { Invite } from "./invite";
import { RoleOptions } from "./role-options";
import { asChoice, assignedBy, roleWord } from "./roles";

type User = Schemas["UserView"];
const PEOPLE = ["people"] as const;

/** Who may come in and what they may do; and the keys of programs. */
export function People() {
  const { api } = useApp();
  const me = useMe();
  const mayRead = useCan("user:read");
  const mayWrite = useCan("user:write");
  const [isInviting, setInviting] = useState(false);
  const [search, setSearch] = useState("");
  const { page, setPage, filtering } = usePaging();
  const wanted = useDeferredValue(search.trim());
  const people = useQuery({
    queryKey: [...PEOPLE, "list", wanted, page],
    enabled: mayRead,
    placeholderData: keepPreviousData,
    queryFn: () =>
      read(api.GET("/api/v1/users", { params: { query: { page, per_page: 50, ...(wanted ? { search: wanted } : {}) } } })),
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
        <PeoplePlaces />
        <PageHead title="People" note={me.data ? `Everybody in ${me.data.organization.name}.` : ""}>
          {mayWrite && (
            <Button look="primary" onClick={() => setInviting(true)}>
              Invite somebody
            </Button>
          )}
        </PageHead>
        <SearchBox
          label="Search people"
          placeholder="Name or address"
          value={search}
          type={filtering(setSearch)}
        />
        <Listing
          what="people"
          query={people}
          rows={people.data?.data}
          pagination={people.data?.pagination}
          go={setPage}
          empty={<Empty title={`Nobody is called “${wanted}”`}>Search by name or address.</Empty>}
        >
          {(user) => <Row key={user.id} user={user} mayWrite={mayWrite && user.id !== me.data?.user?.id} />}
        </Listing>
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
  const change = useChange(
    (body: Schemas["UserChange"]) =>
      done(api.PATCH("/api/v1/users/{user_id}", { params: { path: { user_id: user.id } }, body })),
    [PEOPLE],
  );
  const name = user.full_name || user.email;
  const wanted = change.isPending && change.variables.role ? change.variables : user;
  return (
    <li className="grid gap-x-4 gap-y-2 px-4 py-3 sm:grid-cols-[1fr_7rem_auto] sm:items-center">
      <div className="min-w-0">
        <p className={`font-semibold break-words ${user.is_active ? "" : "text-muted"}`}>{name}</p>
        <p className="wrap-anywhere text-muted">
          {user.email}
          {user.has_second_factor && ", with a second factor"}
        </p>
        <Fault error={change.error} />
      </div>
      <p className={user.is_active && !user.is_invited ? "text-online" : "text-unknown"}>{standing(user)}</p>
      {mayWrite ? (
        <div className="flex flex-wrap items-center gap-2">
          <select
            aria-label={`Role of ${name}`}
            value={asChoice({ role: wanted.role ?? user.role, role_id: wanted.role_id ?? null })}
            disabled={change.isPending}
            onChange={(event) => change.mutate(assignedBy(event.target.value))}
            className="min-h-10 max-w-48 rounded-md border border-line bg-ground px-2"
          >
            <RoleOptions />
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
        <p className="text-muted">{user.role_name ?? roleWord(user.role)}</p>
      )}
    </li>
  );
}

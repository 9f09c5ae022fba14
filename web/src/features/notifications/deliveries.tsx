import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { Ago } from "../../ui/ago";
import { Button, Failed, Loading, Panel } from "../../ui/controls";

export type Delivery = Schemas["DeliveryView"];
type State = Schemas["DeliveryState"];

const LOOK: Record<State, { word: string; shape: string; text: string }> = {
  queued: { word: "Waiting", shape: "◇", text: "text-unknown" },
  sending: { word: "Sending", shape: "◇", text: "text-unknown" },
  sent: { word: "Sent", shape: "●", text: "text-online" },
  delivered: { word: "Delivered", shape: "●", text: "text-online" },
  failed: { word: "Trying again", shape: "◆", text: "text-degraded" },
  dead: { word: "Given up", shape: "▲", text: "text-offline" },
  dropped: { word: "Not sent", shape: "■", text: "text-maintenance" },
  logged: { word: "Noted only", shape: "■", text: "text-maintenance" },
};

/** What became of a message as shape, word and colour together. */
export function DeliveryMark({ state }: { state: State }) {
  const look = LOOK[state];
  return (
    <span className={`font-medium whitespace-nowrap ${look.text}`}>
      <span aria-hidden="true">{look.shape} </span>
      {look.word}
    </span>
  );
}

/** Every message that was sent or given up, newest first. */
export function Deliveries({ mayWrite }: { mayWrite: boolean }) {
  const { api } = useApp();
  const [state, setState] = useState<State | "">("");
  const [page, setPage] = useState(1);
  const deliveries = useQuery({
    queryKey: ["deliveries", "list", state, page],
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
    queryFn: () =>
      read(api.GET("/api/v1/notifications", { params: { query: { page, per_page: 20, ...(state ? { state } : {}) } } })),
  });
  const { data, pagination } = deliveries.data ?? {};
  return (
    <Panel
      title="Deliveries"
      actions={
        <select
          aria-label="State"
          value={state}
          onChange={(event) => {
            setState(event.target.value as State | "");
            setPage(1);
          }}
          className="min-h-9 rounded-md border border-line bg-ground px-2"
        >
          <option value="">All</option>
          {Object.entries(LOOK).map(([value, look]) => (
            <option key={value} value={value}>
              {look.shape} {look.word}
            </option>
          ))}
        </select>
      }
    >
      {deliveries.isPending && <Loading what="deliveries" />}
      {deliveries.isError && <Failed error={deliveries.error} retry={() => void deliveries.refetch()} />}
      {data?.length === 0 && <p className="text-muted">{state ? "None in this state." : "Nothing sent yet."}</p>}
      <ul className="-my-3 divide-y divide-line empty:hidden">
        {data?.map((delivery) => (
          <DeliveryRow key={delivery.id} delivery={delivery} mayWrite={mayWrite} />
        ))}
      </ul>
      {pagination && pagination.total_pages > 1 && (
        <nav aria-label="Pages of deliveries" className="mt-5 flex items-center justify-between">
          <Button disabled={!pagination.has_prev} onClick={() => setPage(page - 1)}>
            Previous
          </Button>
          <span className="text-muted">
            Page {page} of {pagination.total_pages}
          </span>
          <Button disabled={!pagination.has_next} onClick={() => setPage(page + 1)}>
            Next
          </Button>
        </nav>
      )}
    </Panel>
  );
}

export function DeliveryRow({ delivery, mayWrite }: { delivery: Delivery; mayWrite: boolean }) {
  const { api } = useApp();
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () =>
      done(api.POST("/api/v1/notifications/{notification_id}/retry", { params: { path: { notification_id: delivery.id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["deliveries"] }),
  });
  const fault = retry.error?.message ?? delivery.last_error;
  return (
    <li className="grid gap-x-4 gap-y-1 py-3 sm:grid-cols-[8rem_1fr_auto] sm:items-center">
      <DeliveryMark state={delivery.state} />
      <div className="min-w-0">
        <p className="font-medium break-words">{delivery.subject || delivery.purpose}</p>
        <p className="wrap-anywhere text-muted">
          {delivery.channel_name || delivery.channel_kind}: {delivery.recipient}, <Ago at={delivery.created_at} />
          {delivery.attempts > 1 && `, ${delivery.attempts} attempts`}
          {delivery.cost && `, ${delivery.cost}`}
        </p>
        {delivery.reason && <p className="break-words text-muted">Because: {delivery.reason.replaceAll("_", " ")}</p>}
        {fault && <p className="break-words text-offline">{fault}</p>}
      </div>
      {mayWrite && delivery.state === "dead" && (
        <Button onClick={() => retry.mutate()} disabled={retry.isPending} aria-label={`Send to ${delivery.recipient} again`}>
          Try again
        </Button>
      )}
    </li>
  );
}

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { done, read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { Ago } from "../../ui/ago";
import { useChange } from "../../ui/change";
import { Choice } from "../../ui/choice";
import { Button, Panel } from "../../ui/controls";
import { Listing } from "../../ui/listing";
import { usePaging } from "../../ui/paging";

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

const STATES: readonly (readonly [State | "", string])[] = [
  ["", "All"],
  ...Object.entries(LOOK).map(([state, { shape, word }]) => [state as State, `${shape} ${word}`] as const),
];

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
  const { page, setPage, filtering } = usePaging();
  const deliveries = useQuery({
    queryKey: ["deliveries", "list", state, page],
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
    queryFn: () =>
      read(api.GET("/api/v1/notifications", { params: { query: { page, per_page: 20, ...(state ? { state } : {}) } } })),
  });
  return (
    <Panel title="Deliveries" actions={<Choice label="State" value={state} options={STATES} choose={filtering(setState)} />}>
      <Listing
        what="deliveries"
        query={deliveries}
        rows={deliveries.data?.data}
        pagination={deliveries.data?.pagination}
        go={setPage}
        framed
        empty={<p className="text-muted">{state ? "None in this state." : "Nothing sent yet."}</p>}
      >
        {(delivery) => <DeliveryRow key={delivery.id} delivery={delivery} mayWrite={mayWrite} />}
      </Listing>
    </Panel>
  );
}

export function DeliveryRow({ delivery, mayWrite }: { delivery: Delivery; mayWrite: boolean }) {
  const { api } = useApp();
  const retry = useChange(
    () =>
      done(api.POST("/api/v1/notifications/{notification_id}/retry", { params: { path: { notification_id: delivery.id } } })),
    [["deliveries"]],
  );
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

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { read } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan, useMe } from "../../app/me";
import { AlertingPlaces } from "../../app/places";
import { Button, Empty, Loading, PageHead } from "../../ui/controls";
import { Listing } from "../../ui/listing";
import { ChannelForm } from "./channel-form";
import { ChannelRow } from "./channel-row";
import { StormBrake } from "./brake";
import { type Channel, CHANNELS } from "./channels";
import { Deliveries } from "./deliveries";

/** Who is told of problems and by what, and what became of every message. */
export function Notifications() {
  const mayRead = useCan("notification:read");
  const isKnown = useMe().isSuccess;
  if (mayRead) return <Told />;
  return (
    <div className="flex flex-col gap-4">
      <AlertingPlaces />
      <PageHead title="Notifications" note="Who is told, and how." />
      {isKnown ? (
        <Empty title="Your role does not show notifications">
          <p>Ask an administrator for a role with the permission to read notifications.</p>
        </Empty>
      ) : (
        <Loading what="notifications" />
      )}
    </div>
  );
}

function Told() {
  const { api } = useApp();
  const mayWrite = useCan("notification:write");
  const [edited, setEdited] = useState<Channel | "new" | null>(null);
  const [page, setPage] = useState(1);
  const channels = useQuery({
    queryKey: [...CHANNELS, page],
    placeholderData: keepPreviousData,
    queryFn: () => read(api.GET("/api/v1/notification-channels", { params: { query: { page, per_page: 50 } } })),
  });
  return (
    <div className="flex flex-col gap-6">
      <section className="flex flex-col gap-4">
        <AlertingPlaces />
        <PageHead title="Notifications" note="Who is told, and how.">
          {mayWrite && (
            <Button look="primary" onClick={() => setEdited("new")}>
              Add a channel
            </Button>
          )}
        </PageHead>
        <Listing
          what="channels"
          query={channels}
          rows={channels.data?.data}
          pagination={channels.data?.pagination}
          go={setPage}
          empty={
            <Empty title="Nobody is told yet">
              <p>Add an email address, a phone number or a webhook, and send it a test.</p>
            </Empty>
          }
        >
          {(channel) => <ChannelRow key={channel.id} channel={channel} mayWrite={mayWrite} edit={() => setEdited(channel)} />}
        </Listing>
      </section>
      <StormBrake mayWrite={mayWrite} />
      <Deliveries mayWrite={mayWrite} />
      {edited && <ChannelForm channel={edited === "new" ? null : edited} close={() => setEdited(null)} />}
    </div>
  );
}

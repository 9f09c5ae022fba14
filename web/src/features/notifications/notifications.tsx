import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { read } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { Button, Empty, Failed, Loading, PageHead } from "../../ui/controls";
import { CHANNELS, ChannelRow } from "./channel-row";
import { ChannelForm } from "./channel-form";
import { Deliveries } from "./deliveries";

/** Who is told of problems and by what, and what became of every message. */
export function Notifications() {
  const { api } = useApp();
  const mayWrite = useCan("notification:write");
  const [isAdding, setAdding] = useState(false);
  const channels = useQuery({
    queryKey: CHANNELS,
    queryFn: () =>
      read(api.GET("/api/v1/notification-channels", { params: { query: { per_page: 200 } } })).then((a) => a.data),
  });
  return (
    <div className="flex flex-col gap-6">
      <section className="flex flex-col gap-4">
        <PageHead title="Notifications" note="Who is told, and how.">
          {mayWrite && (
            <Button look="primary" onClick={() => setAdding(true)}>
              Add a channel
            </Button>
          )}
        </PageHead>
        {channels.isPending && <Loading what="channels" />}
        {channels.isError && <Failed error={channels.error} retry={() => void channels.refetch()} />}
        {channels.data?.length === 0 && (
          <Empty title="Nobody is told yet">
            <p>Add an email address, a phone number or a webhook, and send it a test.</p>
          </Empty>
        )}
        {channels.data && channels.data.length > 0 && (
          <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
            {channels.data.map((channel) => (
              <ChannelRow key={channel.id} channel={channel} mayWrite={mayWrite} />
            ))}
          </ul>
        )}
      </section>
      <Deliveries mayWrite={mayWrite} />
      {isAdding && <ChannelForm close={() => setAdding(false)} />}
    </div>
  );
}

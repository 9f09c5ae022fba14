import { done, read } from "../../api/client";
import { useApp } from "../../app/context";
import { DeleteButton, Fault, OnSwitch, useChange } from "../../ui/change";
import { Button } from "../../ui/controls";
import { SeverityMark } from "../../ui/status";
import { type Channel, CHANNELS } from "./channels";
import { groupingInWords } from "./grouping";
import { quietHoursInWords } from "./quiet-hours";

const KINDS: Record<string, string> = { email: "Email", sms: "SMS", webhook: "Webhook" };

/** Where a channel leads to. */
export function targetOf(channel: Pick<Channel, "config">): string {
  const { to, url } = channel.config as { to?: string[]; url?: string };
  return to?.join(", ") ?? url ?? "";
}

/** One channel: what it tells whom, to be tried, switched and removed. */
export function ChannelRow({ channel, mayWrite, edit }: { channel: Channel; mayWrite: boolean; edit: () => void }) {
  const { api } = useApp();
  const path = { channel_id: channel.id };
  const turn = useChange(
    (enabled: boolean) =>
      done(api.PATCH("/api/v1/notification-channels/{channel_id}", { params: { path }, body: { enabled } })),
    [CHANNELS],
  );
  const remove = useChange(
    () => done(api.DELETE("/api/v1/notification-channels/{channel_id}", { params: { path } })),
    [CHANNELS],
  );
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="grid gap-x-4 gap-y-1 sm:grid-cols-[5rem_1fr_auto] sm:items-center">
        <span className="font-medium text-muted">{KINDS[channel.kind]}</span>
        <div className={`min-w-0 ${channel.enabled ? "" : "text-muted"}`}>
          <p className="font-semibold break-words">
            {channel.name}
            {!channel.enabled && <span className="font-normal"> (off)</span>}
          </p>
          <p className="wrap-anywhere text-muted">{targetOf(channel)}</p>
          <p className="flex flex-wrap gap-x-3 text-xs">
            {channel.severities.map((severity) => (
              <SeverityMark key={severity} severity={severity} />
            ))}
          </p>
          <p className="break-words text-xs text-muted">
            {groupingInWords(channel.grouping)}
            {channel.critical_at_once && ". Critical ones at once"}
          </p>
          {channel.quiet_hours && <p className="break-words text-xs text-muted">{quietHoursInWords(channel.quiet_hours)}</p>}
        </div>
        {mayWrite && (
          <div className="flex flex-wrap items-center gap-2">
            <OnSwitch name={channel.name} isOn={channel.enabled} change={turn} />
            <Button onClick={edit} aria-label={`Change ${channel.name}`}>
              Change
            </Button>
            <DeleteButton name={`the channel ${channel.name}`} change={remove} />
          </div>
        )}
      </div>
      <Fault error={turn.error ?? remove.error} />
      {mayWrite && <Trial channelId={channel.id} name={channel.name} />}
    </li>
  );
}

/** A button that sends a test, and what the provider said to it, word for word. */
export function Trial({ channelId, name }: { channelId: string; name: string }) {
  const { api } = useApp();
  const test = useChange(
    () =>
      read(api.POST("/api/v1/notification-channels/{channel_id}/test", { params: { path: { channel_id: channelId } } })).then(
        (a) => a.data.results,
      ),
    [["deliveries"]],
  );
  return (
    <div className="flex flex-col items-start gap-2">
      <Button onClick={() => test.mutate()} disabled={test.isPending} aria-label={`Send a test to ${name}`}>
        {test.isPending ? "Sending…" : "Send a test"}
      </Button>
      <div role="status" className="flex w-full flex-col gap-2 empty:hidden">
        {test.isError && <p className="text-offline">▲ {test.error.message}</p>}
        {test.data?.map((result) => (
          <div key={result.notification_id} className="rounded-md border border-line bg-ground p-3">
            <p className={`font-medium break-words ${result.accepted ? "text-online" : "text-offline"}`}>
              {result.accepted ? "● Accepted" : "▲ Refused"} for {result.recipient}
              {result.error && `: ${result.error}`}
            </p>
            <p className="mt-1 text-xs text-muted">
              The provider answered{result.answer.status === null ? " nothing" : ` ${result.answer.status}`}
              {result.provider_message_id && `, message ${result.provider_message_id}`}
            </p>
            {result.answer.body && (
              <pre className="mt-1 overflow-x-auto text-xs wrap-anywhere whitespace-pre-wrap">{result.answer.body}</pre>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

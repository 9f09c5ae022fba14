import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Device, read } from "../../api/client";
import { useApp } from "../../app/context";
import { milliseconds } from "../../lib/metrics";
import { asStatus } from "../../lib/status";
import { duration } from "../../lib/time";
import { Button, Panel } from "../../ui/controls";
import { StatusMark } from "../../ui/status";

const EVERY_MS = 1_500;
/** After this long, silence is worth a word of advice. */
const PATIENCE_S = 45;

interface Props {
  device: Device;
  next: () => void;
  back: () => void;
}

/** What the first poll of a device finds, as it finds it. */
export function FirstPoll({ device, next, back }: Props) {
  const { api } = useApp();
  const [began] = useState(() => Date.now());
  const [now, setNow] = useState(began);
  const found = useQuery({
    queryKey: ["devices", device.id],
    refetchInterval: EVERY_MS,
    queryFn: () =>
      read(api.GET("/api/v1/devices/{device_id}", { params: { path: { device_id: device.id } } })).then((a) => a.data),
  });
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const current = found.data ?? device;
  const isKnown = current.status !== "unknown";
  const what = [current.vendor, current.model || current.os].filter(Boolean).join(" ");
  const steps: [boolean, string][] = [
    [true, `${current.name} is on the list`],
    [isKnown, isKnown ? "It was polled" : "Waiting for the first poll…"],
    [
      current.response_time_ms !== null,
      current.response_time_ms === null ? "Ping" : `It answers pings in ${milliseconds(current.response_time_ms)}`,
    ],
    [Boolean(what), what ? `It is a ${what}` : "What it is, by SNMP"],
  ];
  const waited = (now - began) / 1000;
  return (
    <Panel title={`${current.name}: the first answer`}>
      <div className="flex flex-col gap-4">
        <p className="text-lg" role="status">
          <StatusMark status={asStatus(current.status)} />
        </p>
        <ul className="flex flex-col gap-1.5">
          {steps.map(([isDone, text]) => (
            <li key={text} className={isDone ? "" : "text-muted"}>
              <span aria-hidden="true" className={isDone ? "text-online" : ""}>
                {isDone ? "✓" : "…"}{" "}
              </span>
              {text}
            </li>
          ))}
        </ul>
        {!isKnown && <p className="text-muted tabular-nums">Waiting for {duration(waited)}.</p>}
        {(current.status === "offline" || (!isKnown && waited > PATIENCE_S)) && (
          <p>
            It does not answer. Is the address right, and may this server reach it through your firewalls?{" "}
            <button type="button" onClick={back} className="cursor-pointer text-accent underline">
              Try another one
            </button>
          </p>
        )}
        {current.status === "degraded" && (
          <p>It answers pings but not SNMP. Check the community and that SNMP is allowed from here.</p>
        )}
        <Button look={isKnown ? "primary" : "plain"} onClick={next}>
          {isKnown ? "Next: who is told?" : "Go on meanwhile"}
        </Button>
      </div>
    </Panel>
  );
}

import { useQueries, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useId, useState } from "react";
import { read } from "../api/client";
import { useApp } from "../app/context";

export interface Chosen {
  device_ids: readonly string[];
  group_ids: readonly string[];
}

interface Props {
  label: string;
  hint?: string;
  error?: string | undefined;
  value: Chosen;
  choose: (value: Chosen) => void;
}

const AT_ONCE = 8;

/** Devices and groups, found by typing; none chosen means all. */
export function ScopePicker({ label, hint, error, value, choose }: Props) {
  const id = useId();
  const [text, setText] = useState("");
  const search = useDeferredValue(text.trim());
  const found = useFound(search);
  const names = useNames(value);
  const turn = (kind: keyof Chosen, each: string, on: boolean) =>
    choose({ ...value, [kind]: on ? [...value[kind], each] : value[kind].filter((other) => other !== each) });
  const options = found.filter((option) => !value[option.kind].includes(option.id));
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {(value.device_ids.length > 0 || value.group_ids.length > 0) && (
        <ul className="flex flex-wrap gap-1.5" aria-label="Chosen">
          {(["group_ids", "device_ids"] as const).flatMap((kind) =>
            value[kind].map((each) => (
              <li key={each}>
                <button
                  type="button"
                  onClick={() => turn(kind, each, false)}
                  aria-label={`Leave out ${names.get(each) ?? "this one"}`}
                  className="inline-flex min-h-8 max-w-full cursor-pointer items-center gap-1.5 rounded-full border border-line bg-raised px-3 hover:border-accent"
                >
                  <span className="truncate">
                    {kind === "group_ids" && <span className="text-muted">Group </span>}
                    {names.get(each) ?? "…"}
                  </span>
                  <span aria-hidden="true">×</span>
                </button>
              </li>
            )),
          )}
        </ul>
      )}
      <input
        id={id}
        type="search"
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
        // Enter would send the form around it
        onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
        placeholder="Name, address or group"
        aria-describedby={`${id}-note`}
        className="min-h-10 w-full rounded-md border border-line bg-ground px-3 text-ink placeholder:text-muted"
      />
      {search !== "" && (
        <ul className="max-h-56 overflow-y-auto rounded-md border border-line" aria-label="Found">
          {options.map((option) => (
            <li key={option.id}>
              <button
                type="button"
                onClick={() => {
                  turn(option.kind, option.id, true);
                  setText("");
                }}
                className="flex min-h-10 w-full cursor-pointer items-center gap-2 px-3 text-left hover:bg-raised"
              >
                <span className="min-w-0 grow truncate">{option.name}</span>
                <span className="shrink-0 text-muted tabular-nums">{option.note}</span>
              </button>
            </li>
          ))}
          {options.length === 0 && <li className="px-3 py-2 text-muted">Nothing else is called that.</li>}
        </ul>
      )}
      <p id={`${id}-note`} className={error ? "text-offline" : "text-muted"}>
        {error ?? hint ?? "None chosen: all devices."}
      </p>
    </div>
  );
}

interface Option {
  kind: keyof Chosen;
  id: string;
  name: string;
  note: string;
}

function useFound(search: string): Option[] {
  const { api } = useApp();
  const query = { search, per_page: AT_ONCE };
  const devices = useQuery({
    queryKey: ["devices", "pick", search],
    enabled: search !== "",
    queryFn: () => read(api.GET("/api/v1/devices", { params: { query } })).then((answer) => answer.data),
  });
  const groups = useQuery({
    queryKey: ["device-groups", "pick", search],
    enabled: search !== "",
    queryFn: () => read(api.GET("/api/v1/device-groups", { params: { query } })).then((answer) => answer.data),
  });
  return [
    ...(groups.data ?? []).map(({ id, name, device_count }) => ({
      kind: "group_ids" as const,
      id,
      name,
      note: `group of ${device_count}`,
    })),
    ...(devices.data ?? []).map(({ id, name, ip_address }) => ({ kind: "device_ids" as const, id, name, note: ip_address })),
  ];
}

/** The names of what is chosen already. */
function useNames({ device_ids, group_ids }: Chosen): Map<string, string> {
  const { api } = useApp();
  const devices = useQueries({
    queries: device_ids.map((id) => ({
      queryKey: ["devices", id],
      queryFn: () => read(api.GET("/api/v1/devices/{device_id}", { params: { path: { device_id: id } } })).then((a) => a.data),
    })),
  });
  const groups = useQueries({
    queries: group_ids.map((id) => ({
      queryKey: ["device-groups", id],
      queryFn: () =>
        read(api.GET("/api/v1/device-groups/{group_id}", { params: { path: { group_id: id } } })).then((a) => a.data),
    })),
  });
  return new Map([...devices, ...groups].flatMap(({ data }) => (data ? [[data.id, data.name] as const] : [])));
}

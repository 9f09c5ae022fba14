import { useQuery } from "@tanstack/react-query";
import { read, type Schemas } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";

export type Channel = Schemas["ChannelView"];
export const CHANNELS = ["channels"] as const;

/** Notification channels to choose from, for who may see them. */
export function useChannels() {
  const { api } = useApp();
  const mayRead = useCan("notification:read");
  return useQuery({
    queryKey: [...CHANNELS, "all"],
    enabled: mayRead,
    queryFn: () =>
      read(api.GET("/api/v1/notification-channels", { params: { query: { per_page: 200 } } })).then((answer) => answer.data),
  });
}

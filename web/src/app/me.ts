import { queryOptions, useQuery } from "@tanstack/react-query";
import { type Api, read, type Schemas } from "../api/client";
import { useApp } from "./context";

export const ME = ["me"] as const;

/** How it is asked who is logged in; whoever looks at the answer knows how, for any of them may be told to ask. */
export const askedWho = (api: Api) =>
  queryOptions({
    queryKey: ME,
    staleTime: 60_000,
    queryFn: () => read(api.GET("/api/v1/me")).then((answer) => answer.data),
  });

/** Who is logged in, where, and what they may do. */
export function useMe() {
  const { api } = useApp();
  return useQuery(askedWho(api));
}

/** Whether the caller may do it; false while that is not known. */
export function useCan(permission: Schemas["Permission"]): boolean {
  return useMe().data?.permissions.includes(permission) ?? false;
}

import { useQuery } from "@tanstack/react-query";
import { read, type Schemas } from "../api/client";
import { useApp } from "./context";

export const ME = ["me"] as const;

/** Who is logged in, where, and what they may do. */
export function useMe() {
  const { api } = useApp();
  return useQuery({
    queryKey: ME,
    staleTime: 60_000,
    queryFn: () => read(api.GET("/api/v1/me")).then((answer) => answer.data),
  });
}

/** Whether the caller may do it; false while that is not known. */
export function useCan(permission: Schemas["Permission"]): boolean {
  return useMe().data?.permissions.includes(permission) ?? false;
}

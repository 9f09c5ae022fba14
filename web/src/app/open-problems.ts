import { useQuery } from "@tanstack/react-query";
import { read } from "../api/client";
import { useApp } from "./context";

/** How many problems are open now. */
export function useOpenProblems(): number {
  const { api } = useApp();
  const summary = useQuery({
    queryKey: ["alerts", "summary"],
    refetchInterval: 60_000,
    queryFn: () => read(api.GET("/api/v1/alerts/summary")).then((answer) => answer.data),
  });
  return summary.data?.open ?? 0;
}

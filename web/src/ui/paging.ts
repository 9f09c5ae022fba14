import { useState } from "react";

/** The page of a list that is shown; whatever filters the list leads back to the first one. */
export function usePaging() {
  const [page, setPage] = useState(1);
  const filtering =
    <T>(set: (value: T) => void) =>
    (value: T): void => {
      set(value);
      setPage(1);
    };
  return { page, setPage, filtering };
}

import { Link } from "@tanstack/react-router";
import { Empty } from "../ui/controls";

/** What is said of an address that leads nowhere. */
export function NotFound() {
  return (
    <Empty title="There is nothing at this address" first>
      <Link to="/" className="text-accent underline">
        Go to the wall
      </Link>
    </Empty>
  );
}

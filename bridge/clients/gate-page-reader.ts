import { AppError } from "../platform/app-error.ts";
import type { PageIncident as GateIncident, PageReader } from "../publish-gate/page-reader.ts";
import type { PageIncident, StatuspageReader } from "./statuspage-reader.ts";
import { isUnavailable } from "./unavailable.ts";

/** The page could not be read whole, so nothing may be concluded from what was read. */
export class PageUnreadableError extends AppError {
  override readonly name = "PageUnreadableError";

  constructor(why: string) {
    super(`the status page could not be read (${why}); nothing is concluded from that, it is read again later`);
  }
}

/** The publish gate's view of the page: whole answers, or an error. */
export function createGatePageReader(reader: Pick<StatuspageReader, "getIncident" | "listIncidents">): PageReader {
  return {
    async getIncident(id) {
      const answer = await reader.getIncident(id);
      if (answer === "not-found") return undefined;
      if (isUnavailable(answer)) throw new PageUnreadableError(answer.unavailable);
      return forGate(answer);
    },
    async listIncidents() {
      const listing = await reader.listIncidents();
      if (isUnavailable(listing)) throw new PageUnreadableError(listing.unavailable);
      if (!listing.complete) throw new PageUnreadableError(`it holds more than ${listing.incidents.length} incidents`);
      return listing.incidents.map(forGate);
    },
  };
}

const forGate = ({ id, name, status, shortlink, updates, metadata }: PageIncident): GateIncident => ({
  id,
  name,
  status,
  shortlink: shortlink ?? "",
  updates,
  marker: markerOf(metadata),
});

/** Metadata belongs to everybody who writes to the page: only our own shape counts. */
function markerOf({ ic }: PageIncident["metadata"]): string | undefined {
  return typeof ic === "object" && ic !== null && "marker" in ic && typeof ic.marker === "string"
    ? ic.marker
    : undefined;
}

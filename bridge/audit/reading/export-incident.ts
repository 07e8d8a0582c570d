import type { ReaderHandler } from "../../app.ts";
import { type FileReply, type JsonReply, problem } from "../../ingress/reply.ts";
import type { RevealDetails } from "../export-bundle.ts";
import type { IncidentExport } from "../incident-export.ts";
import type { ReadBudget } from "./read-budget.ts";
import type { RecordRead } from "./record-read.ts";

const INCIDENT = /^[A-Za-z0-9-]{1,64}$|^_system$/;
/** Bundles that this process makes at a time, from the moment they are asked for: each walks the record and holds a deflater. */
const AT_ONCE = 2;
/** Most bundles are made and sent by then. */
const COME_AGAIN_S = 10;

/**
 * `GET /audit/bundle?incident=&details=`: the incident as `incident-<id>.icaudit.zip`, covered by a checkpoint first and recorded
 * before its first byte. `details=revealed` adds words that stand apart from the entries, and asks for a scope of its own.
 */
export function createExportIncident(deps: {
  /** Undefined where no log is configured: there is nothing to prove anything with. */
  exports: IncidentExport | undefined;
  revealed: RevealDetails | undefined;
  budget: ReadBudget;
  recordRead: RecordRead;
}): ReaderHandler<JsonReply | FileReply> {
  let making = 0;

  /** Counted until the last piece was taken, or until whoever asked has gone. */
  const inItsPlace = async (
    make: () => Promise<JsonReply | FileReply>,
    signal: AbortSignal,
  ): Promise<JsonReply | FileReply> => {
    making += 1;
    let held = true;
    const leave = () => {
      if (held) making -= 1;
      held = false;
    };
    let reply: JsonReply | FileReply | undefined;
    try {
      reply = await make();
    } finally {
      if (!reply || !("file" in reply) || signal.aborted) leave();
    }
    if (!("file" in reply)) return reply;
    // Pieces that nobody begins to take have no end by which the place could be left.
    signal.addEventListener("abort", leave, { once: true });
    return { ...reply, pieces: untilTaken(reply.pieces, leave) };
  };

  return async ({ reader, query, signal }) => {
    const asked = readQuery(query);
    if ("status" in asked) return asked;
    const tooMany = await deps.budget.take(reader.name);
    if (tooMany) return tooMany;
    const { incident, withDetails } = asked;
    if (withDetails && !reader.scopes.includes("audit:details"))
      return problem(
        403,
        "scope-missing",
        "Words of people are revealed only to a token with the scope audit:details.",
      );
    const { exports } = deps;
    if (!exports) return problem(503, "no-audit-log", "This installation keeps no log of checkpoints to prove with.");
    if (making >= AT_ONCE)
      return problem(429, "busy", `${AT_ONCE} bundles are being made already; ask again in ${COME_AGAIN_S} seconds.`, {
        "retry-after": String(COME_AGAIN_S),
      });

    return inItsPlace(async () => {
      const prepared = await exports.prepare(incident, withDetails ? deps.revealed : undefined);
      if (!prepared) return problem(404, "incident-unknown", "Neither the ledger nor the log knows this incident.");
      const { checkpoint, uncovered = null, pieces } = prepared;
      await deps.recordRead({
        type: "IncidentExported",
        reader: reader.name,
        incident,
        logSize: checkpoint?.size ?? 0,
        uncovered: uncovered?.slice(0, 300) ?? null,
        withDetails,
      });
      return { file: `incident-${incident}.icaudit.zip`, mediaType: "application/zip", pieces };
    }, signal);
  };
}

async function* untilTaken(pieces: AsyncIterable<Uint8Array>, then: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } finally {
    then();
  }
}

function readQuery(query: URLSearchParams): { incident: string; withDetails: boolean } | JsonReply {
  const names = [...query.keys()];
  if (names.some((name) => (name !== "incident" && name !== "details") || query.getAll(name).length > 1))
    return problem(400, "query-unknown", "Ask with incident and details, each at most once.");
  const { incident = "", details } = Object.fromEntries(query);
  if (!INCIDENT.test(incident))
    return problem(400, "incident-malformed", "incident is no incident id; it looks like INC-20261121-0914-7F3K.");
  if (details !== undefined && details !== "revealed")
    return problem(400, "details-unknown", "details is revealed, or is left out.");
  return { incident, withDetails: details !== undefined };
}

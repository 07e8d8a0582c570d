import type { ReaderHandler } from "../../app.ts";
import { comeAgain, type FileReply, type JsonReply, problem } from "../../ingress/reply.ts";
import type { RevealDetails } from "../export-bundle.ts";
import type { IncidentExport } from "../incident-export.ts";
import type { ReadBudget } from "./read-budget.ts";
import type { RecordRead } from "./record-read.ts";

const INCIDENT = /^[A-Za-z0-9-]{1,64}$|^_system$/;
/** Bundles being sent by this process: each holds pages of the store and a deflater. */
const AT_ONCE = 2;

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
  let sending = 0;
  async function* counted(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    sending += 1;
    try {
      yield* pieces;
    } finally {
      sending -= 1;
    }
  }

  return async ({ reader, query }) => {
    const refused = malformed(query) ?? (await deps.budget.take(reader.name));
    if (refused) return refused;
    const incident = query.get("incident") ?? "";
    const withDetails = query.has("details");
    if (withDetails && !reader.scopes.includes("audit:details"))
      return problem(
        403,
        "scope-missing",
        "Words of people are revealed only to a token with the scope audit:details.",
      );
    if (!deps.exports)
      return problem(503, "no-audit-log", "This installation keeps no log of checkpoints to prove with.");
    if (sending >= AT_ONCE) return comeAgain("busy", `${AT_ONCE} bundles are being sent already.`, 10);

    const prepared = await deps.exports.prepare(incident, withDetails ? deps.revealed : undefined);
    if (!prepared) return problem(404, "incident-unknown", "Neither the ledger nor the log knows this incident.");
    const { checkpoint, uncovered = null } = prepared;
    await deps.recordRead({
      type: "IncidentExported",
      reader: reader.name,
      incident,
      logSize: checkpoint?.size ?? 0,
      uncovered: uncovered?.slice(0, 300) ?? null,
      withDetails,
    });
    return { file: `incident-${incident}.icaudit.zip`, mediaType: "application/zip", pieces: counted(prepared.pieces) };
  };
}

function malformed(query: URLSearchParams): JsonReply | undefined {
  const names = [...query.keys()];
  if (names.some((name) => (name !== "incident" && name !== "details") || query.getAll(name).length > 1))
    return problem(400, "query-unknown", "Ask with incident and details, each at most once.");
  if (!INCIDENT.test(query.get("incident") ?? ""))
    return problem(400, "incident-malformed", "incident is no incident id; it looks like INC-20261121-0914-7F3K.");
  const details = query.get("details");
  if (details !== null && details !== "revealed")
    return problem(400, "details-unknown", "details is revealed, or is left out.");
  return undefined;
}

import * as z from "zod/mini";
import { DraftId, Hash16, IncidentId } from "../../../shared/contracts/ids.ts";
import type { DraftView } from "../../../shared/contracts/views.ts";

const Value = z.object({
  incidentId: IncidentId,
  draftId: DraftId,
  version: z.int(),
  hash16: Hash16,
  /** Only on the button of one finding. */
  findingId: z.optional(z.string().check(z.minLength(1), z.maxLength(32))),
});
export type CardValue = z.infer<typeof Value>;

/** What a card's button says it stands for: a claim that the bridge compares with the ledger, never state. */
export const CardValue = {
  write: ({ incidentId, draftId, version, contentHash }: DraftView, findingId?: string): string =>
    JSON.stringify({
      incidentId,
      draftId,
      version,
      hash16: contentHash.slice(0, 16),
      ...(findingId === undefined ? {} : { findingId }),
    } satisfies CardValue),
  read: (value: string | undefined): CardValue => z.parse(Value, JSON.parse(value ?? "null")),
};

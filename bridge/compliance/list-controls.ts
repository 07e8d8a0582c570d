import type { ReaderHandler } from "../app.ts";
import type { ReadBudget } from "../audit/reading/read-budget.ts";
import type { RecordRead } from "../audit/reading/record-read.ts";
import type { Controls } from "./controls.ts";

/** `GET /compliance/controls`: every control with the age of its evidence. Each read is counted and recorded. */
export const createListControls =
  (deps: { controls: Pick<Controls, "list">; budget: ReadBudget; recordRead: RecordRead }): ReaderHandler =>
  async ({ reader }) => {
    const refused = await deps.budget.take(reader.name);
    if (refused) return refused;
    const body = await deps.controls.list();
    const read = { what: "controls", incident: null, mode: null, outcome: "listed" } as const;
    await deps.recordRead({ type: "AuditRead", reader: reader.name, ...read });
    return { status: 200, body };
  };

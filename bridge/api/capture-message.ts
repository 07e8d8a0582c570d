import type { Command, CommandReply } from "../../shared/contracts/commands.ts";
import { typedText } from "../commands/typed-text.ts";
import { takeNote } from "../incident/decide/notes.ts";
import { capturedText } from "../redaction/captured-text.ts";
import type { ApiDeps } from "./api-deps.ts";

/**
 * Puts a marked message into the record of the room it stands in. The entry is the app's, not a person's: who marked it is what
 * Slack's event said, and nothing follows from it.
 */
export async function captureMessage(
  command: Extract<Command, { type: "CaptureMessage" }>,
  { ledger, rows, teamId }: Pick<ApiDeps, "ledger" | "rows" | "teamId">,
): Promise<CommandReply> {
  const incident = command.teamId === teamId ? await rows.incidentOf(command.channel) : undefined;
  if (incident === undefined) {
    return { ok: false, refusal: "not-a-war-room", message: "This channel is not the war room of an incident." };
  }
  const { text } = capturedText(typedText(command.text));
  const note = {
    noteId: `m${command.ts}`,
    kind: command.kind,
    via: command.way,
    text,
    author: command.author ?? null,
    by: command.markedBy,
    ts: command.ts,
    saidAt: Math.floor(Number(command.ts) * 1_000),
  };
  const actor = { kind: "system" as const, id: "slack-app", basis: "event-trigger" };
  const result = await ledger.execute(incident, { commandId: command.commandId, actor }, (state) =>
    takeNote(state, note),
  );
  return result.kind === "refused"
    ? { ok: false, refusal: result.refusal.code, message: result.refusal.message }
    : { ok: true, message: "Recorded.", incidentId: incident };
}

import type { Command, CommandReply } from "../../shared/contracts/commands.ts";
import { openIncident } from "../incident/decide/alerts.ts";
import { approveDraft, DENIAL_TEXT } from "../incident/decide/approve.ts";
import { offerHandover, takeCommand } from "../incident/decide/command-role.ts";
import { recordDraftShown, rejectDraft, requestStatusUpdate, reviseDraft } from "../incident/decide/drafts.ts";
import { resolveIncident } from "../incident/decide/resolve.ts";
import { requestRoom } from "../incident/decide/room.ts";
import type { Decision } from "../incident/decision.ts";
import type { IncidentEvent } from "../incident/events.ts";
import type { Incident } from "../incident/state.ts";
import { draftView } from "../incident/views/draft-view.ts";
import { roomNameOf } from "../index-table/correlation.ts";
import type { Instant } from "../platform/clock.ts";
import { unreachable } from "../platform/unreachable.ts";
import type { ApiDeps } from "./api-deps.ts";

/** A person waits for this answer. */
const CLICK_BUDGET_MS = 2_000;

/**
 * Runs one command of a person and answers what became of it, in words for that person.
 * Who acted comes from the signed request, which copied it from Slack's own payload.
 */
export async function runCommand(command: Command, deps: ApiDeps): Promise<CommandReply> {
  if (command.actor.teamId !== deps.teamId) {
    return refused("other-workspace", "You are signed in to another workspace, so nothing was changed.");
  }
  switch (command.type) {
    case "DeclareIncident":
      return declare(command, deps);
    case "TakeCommand":
      return append(command, deps, (state) => takeCommand(state, { actor: command.actor.userId }), "You have command.");
    case "OfferHandover":
      return append(
        command,
        deps,
        (state) => offerHandover(state, { actor: command.actor.userId, to: command.to, note: clean(command.note) }),
        `Offered to <@${command.to}>. You keep command until they accept.`,
      );
    case "RequestStatusUpdate": {
      const request = {
        draftId: `DRF-${deps.random.code(10)}`,
        status: command.status,
        impact: clean(command.impact) ?? "",
        components: command.components,
        notify: command.notifySubscribers,
        by: command.actor.userId,
      };
      return append(
        command,
        deps,
        (state) => requestStatusUpdate(state, request),
        "The text is being drafted; its card appears in the room.",
      );
    }
    case "ReviseDraft": {
      const { draftId, baseVersion, title, body } = command;
      const edit = { actor: command.actor.userId, draftId, baseVersion, title, body };
      return append(
        command,
        deps,
        (state) => reviseDraft(state, edit),
        "Saved as a new version. Nobody has approved it yet.",
        draftId,
      );
    }
    case "ReportDraftShown": {
      const { draftId, version, contentHash, channel, ts, executionId } = command;
      const shown = { draftId, version, contentHash, channel, ts, executionId };
      return append(command, deps, (state) => recordDraftShown(state, shown), "Recorded.", draftId);
    }
    case "RejectDraft": {
      const { draftId, version } = command;
      const click = { actor: command.actor.userId, draftId, version, reason: clean(command.reason) ?? "" };
      return append(
        command,
        deps,
        (state) => rejectDraft(state, click),
        "Rejected. Nothing of it was published.",
        draftId,
      );
    }
    case "ApproveDraft":
      return approve(command, deps);
    case "ResolveIncident": {
      const { outcome, duplicateOf } = command;
      const input = { actor: command.actor.userId, outcome, summary: clean(command.summary) ?? "", duplicateOf };
      return append(
        command,
        deps,
        (state) => resolveIncident(state, input),
        "Resolved. What follows is listed in the room.",
      );
    }
    default:
      return unreachable(command);
  }
}

/** Text of people enters the ledger in Unicode normal form C. */
const clean = (text: string | undefined): string | undefined => text?.toWellFormed().normalize("NFC").trim();

const refused = (refusal: string, message: string): CommandReply => ({ ok: false, refusal, message });

async function append(
  command: Exclude<Command, { type: "DeclareIncident" }>,
  deps: ApiDeps,
  decide: (state: Incident, now: Instant) => Decision,
  done: string,
  draftId?: string,
): Promise<CommandReply> {
  const { incidentId, commandId } = command;
  const actor = { kind: "human" as const, id: command.actor.userId, basis: "slack-interaction" };
  const result = await deps.ledger.execute(incidentId, { commandId, actor }, decide, { budgetMs: CLICK_BUDGET_MS });
  const draft = draftId === undefined ? {} : viewOf(result.state, draftId, deps);
  if (result.kind === "refused") return { ...refused(result.refusal.code, result.refusal.message), ...draft };
  const denied = denialIn(result.events);
  return denied
    ? { ok: false, refusal: denied.reason, message: DENIAL_TEXT[denied.reason], ...draft }
    : { ok: true, message: done, incidentId, ...draft };
}

const denialIn = (events: readonly IncidentEvent[]) => events.find((event) => event.type === "ApprovalDenied");

function viewOf(state: Incident, draftId: string, { world }: ApiDeps) {
  const draft = state.drafts.get(draftId);
  const view = draft && draftView(state, draft, world);
  return view ? { draft: view } : {};
}

/** The click: facts about the person are read live, then one append grants or denies. Publishing follows from the grant. */
async function approve(command: Extract<Command, { type: "ApproveDraft" }>, deps: ApiDeps): Promise<CommandReply> {
  const { actor, draftId, version, hash16, channel, ts } = command;
  const facts = await deps.lookUpApprover(actor.userId);
  const approvalId = `APR-${deps.random.uuid()}`;
  return append(
    command,
    deps,
    (state, now) => {
      const content = state.drafts.get(draftId)?.content;
      const blockers = content ? deps.world.blockersIn(content.title, content.body) : [];
      const click = {
        actor: actor.userId,
        ourTeam: deps.teamId,
        facts,
        draftId,
        version,
        hash16,
        channel,
        ts,
        approvalId,
        ttlMs: deps.approvalTtlMs,
        blockers,
      };
      return approveDraft(state, click, now);
    },
    "Approved; publishing …",
    draftId,
  );
}

/** Declared by hand always opens a room; with an incident id it opens the room of an incident that has none. */
async function declare(command: Extract<Command, { type: "DeclareIncident" }>, deps: ApiDeps): Promise<CommandReply> {
  const { commandId, incidentId, severity } = command;
  const actor = { kind: "human" as const, id: command.actor.userId, basis: "slack-interaction" };
  if (incidentId !== undefined) {
    const result = await deps.ledger.execute(
      incidentId,
      { commandId, actor },
      (state) => requestRoom(state, { severity }),
      { budgetMs: CLICK_BUDGET_MS },
    );
    return result.kind === "refused"
      ? refused(result.refusal.code, result.refusal.message)
      : { ok: true, message: "The room is being opened; you will be invited.", incidentId };
  }

  const correlationKey = `manual|${commandId}`;
  const row =
    (await deps.correlation.find(correlationKey)) ?? (await deps.correlation.claim(correlationKey, deps.clock.now()));
  const service = clean(command.service) ?? "unknown";
  const entry = deps.services.entry(service);
  const result = await deps.ledger.execute(
    row.incident,
    { commandId, actor },
    (state) =>
      openIncident(state, {
        opened: {
          correlationKey,
          origin: "person",
          title: clean(command.title) ?? "",
          service,
          team: entry?.team ?? null,
          severity,
          severityBasis: "chosen by the person who declared it",
          severityAssumed: false,
          class: "default",
          room: true,
          roomName: roomNameOf(row.incident, service),
          firingSince: null,
          links: { alertGroup: null, dashboard: null, silence: null, runbook: null, call: entry?.call ?? null },
        },
        alerts: [],
      }),
    { budgetMs: CLICK_BUDGET_MS },
  );
  await deps.rows.project(result.state);
  return {
    ok: true,
    message: `${row.incident} is open; its room is being assembled and you will be invited.`,
    incidentId: row.incident,
  };
}

import type { Command, CommandReply } from "../../shared/contracts/commands.ts";
import { rateResponse } from "../incident/decide/after-the-end.ts";
import { approveDraft, DENIAL_TEXT, type TextScan } from "../incident/decide/approve.ts";
import {
  acknowledgeFinding,
  askApprover,
  attestPublished,
  type CardClick,
  giveUpPublish,
  revokeApproval,
  useBreakGlass,
} from "../incident/decide/card-actions.ts";
import { updateChecklist } from "../incident/decide/checklist.ts";
import { offerHandover, takeCommand } from "../incident/decide/command-role.ts";
import { recordDraftShown, rejectDraft, requestStatusUpdate, reviseDraft } from "../incident/decide/drafts.ts";
import type { OfferedProof } from "../incident/decide/gate-checks.ts";
import { acceptJoin, askToJoin } from "../incident/decide/join.ts";
import { silenceNudges } from "../incident/decide/nudges.ts";
import { resolveIncident } from "../incident/decide/resolve.ts";
import { requestRoom } from "../incident/decide/room.ts";
import { attachRunbook } from "../incident/decide/runbook.ts";
import { changeSeverity } from "../incident/decide/severity.ts";
import type { Decision } from "../incident/decision.ts";
import type { IncidentEvent } from "../incident/events.ts";
import type { Incident } from "../incident/state.ts";
import { draftView } from "../incident/views/draft-view.ts";
import type { Instant } from "../platform/clock.ts";
import { unreachable } from "../platform/unreachable.ts";
import { standsInForExecutive } from "../publish-gate/approver.ts";
import { textHash } from "../publish-gate/content.ts";
import type { ApiDeps } from "./api-deps.ts";
import { captureMessage } from "./capture-message.ts";
import { declareIncident } from "./declare-incident.ts";

/** A person waits for this answer. */
const CLICK_BUDGET_MS = 2_000;

/**
 * Runs one command of a person and answers what became of it, in words for that person.
 * Who acted comes from the signed request, which copied it from Slack's own payload.
 */
export async function runCommand(command: Command, deps: ApiDeps): Promise<CommandReply> {
  if (command.type === "CaptureMessage") return captureMessage(command, deps);
  if (command.actor.teamId !== deps.teamId) {
    return refused("other-workspace", "You are signed in to another workspace, so nothing was changed.");
  }
  switch (command.type) {
    case "DeclareIncident":
      return declare(command, deps);
    case "TakeCommand":
      return append(command, deps, (state) => takeCommand(state, { actor: command.actor.userId }), "You have command.");
    case "OfferHandover": {
      const { to } = command;
      const facts = await deps.lookUpApprover(to);
      const offer = { actor: command.actor.userId, to, note: clean(command.note), facts, ourTeam: deps.teamId };
      return append(
        command,
        deps,
        (state) => offerHandover(state, offer),
        `Offered to <@${to}>. You keep command until they accept.`,
      );
    }
    case "PageSomeone":
      return pageSomeone(command, deps);
    case "RequestStatusUpdate": {
      const known = new Set(deps.components().map(({ id }) => id));
      if (command.components.some(({ id }) => !known.has(id))) {
        return refused(
          "component-unknown",
          "The status page has no such component, so nothing was requested; open the form again and choose from its list.",
        );
      }
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
    case "RevokeApproval":
      return click(
        command,
        deps,
        (state, checked, _scan, now) => revokeApproval(state, checked, now),
        "Taken back. Nothing was published.",
      );
    case "AcknowledgeFinding": {
      const { findingId } = command;
      const tick = (state: Incident, checked: CardClick, { findings }: TextScan, now: Instant) =>
        acknowledgeFinding(state, { ...checked, findingId, findings }, now);
      return click(command, deps, tick, "Ticked.");
    }
    case "AskApprover": {
      const { draftId, version, hash16 } = command;
      const ask = { actor: command.actor.userId, draftId, version, hash16 };
      return append(
        command,
        deps,
        (state, now) => askApprover(state, ask, now),
        "The approvers are being asked.",
        draftId,
      );
    }
    case "UseBreakGlass": {
      const reason = clean(command.reason) ?? "";
      const reviewId = `REV-${deps.random.code(10)}`;
      return click(
        command,
        deps,
        (state, checked, _scan, now) => useBreakGlass(state, { ...checked, reason, reviewId }, now),
        "One person may approve this version now. Somebody else will have to review that.",
      );
    }
    case "AttestPublished":
      return attest(command, deps);
    case "GiveUpPublish":
      return click(
        command,
        deps,
        (state, checked, _scan, now) => giveUpPublish(state, checked, now),
        "Given up. Nothing more is sent.",
      );
    case "ResolveIncident":
      return resolve(command, deps);
    case "UpdateChecklist":
      return updateChecklistOf(command, deps);
    case "ChangeSeverity": {
      const { severity } = command;
      const wish = { actor: command.actor.userId, severity, reason: clean(command.reason) ?? "" };
      const opensRoom = deps.services.opensRoom(severity);
      return append(command, deps, (state) => changeSeverity(state, { ...wish, opensRoom }), `Recorded: ${severity}.`);
    }
    case "AskToJoin":
      return append(
        command,
        deps,
        (state) => askToJoin(state, { actor: command.actor.userId, reason: clean(command.reason) }),
        "The room has been asked. You are invited as soon as somebody accepts.",
      );
    case "AcceptJoin":
      return append(
        command,
        deps,
        (state) => acceptJoin(state, { actor: command.actor.userId, userId: command.userId }),
        `<@${command.userId}> is being invited.`,
      );
    case "SilenceNudges": {
      const { minutes } = command;
      const wish = { actor: command.actor.userId, minutes, reason: clean(command.reason) };
      return append(
        command,
        deps,
        (state, now) => silenceNudges(state, wish, now),
        minutes === 0 ? "Reminders come again." : "Reminders are silenced; the room shows until when and why.",
      );
    }
    case "RateResponse": {
      const wish = { actor: command.actor.userId, score: command.score, comment: clean(command.comment) };
      return append(
        command,
        deps,
        (state) => rateResponse(state, wish),
        "Thank you. The closing message shows the result.",
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
  command: Exclude<Command, { type: "DeclareIncident" | "CaptureMessage" }>,
  deps: ApiDeps,
  decide: (state: Incident, now: Instant) => Decision,
  done: string | ((events: readonly IncidentEvent[]) => string),
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
    : { ok: true, message: typeof done === "string" ? done : done(result.events), incidentId, ...draft };
}

const denialIn = (events: readonly IncidentEvent[]) => events.find((event) => event.type === "ApprovalDenied");

function viewOf(state: Incident, draftId: string, { world }: ApiDeps) {
  const draft = state.drafts.get(draftId);
  const view = draft && draftView(state, draft, world);
  return view ? { draft: view } : {};
}

type Clicked = Extract<Command, { hash16: string }>;

/** A click on a card: facts about the person are read live, then one append grants, denies or changes. */
async function click(
  command: Clicked,
  deps: ApiDeps,
  decide: (state: Incident, click: CardClick, scan: TextScan, now: Instant) => Decision,
  done: string,
): Promise<CommandReply> {
  const { draftId, version, hash16 } = command;
  const facts = await deps.lookUpApprover(command.actor.userId);
  const checked: CardClick = { actor: command.actor.userId, ourTeam: deps.teamId, facts, draftId, version, hash16 };
  return append(
    command,
    deps,
    (state, now) => {
      const content = state.drafts.get(draftId)?.content;
      return decide(state, checked, content ? deps.world.scan(content.title, content.body) : NOTHING_FOUND, now);
    },
    done,
    draftId,
  );
}

const NOTHING_FOUND: TextScan = { blockers: [], findings: [] };

/** The grant. Publishing follows from it, not from the click. */
function approve(command: Extract<Command, { type: "ApproveDraft" }>, deps: ApiDeps): Promise<CommandReply> {
  const approvalId = `APR-${deps.random.uuid()}`;
  return click(
    command,
    deps,
    (state, checked, scan, now) => {
      const configuredPolicy = deps.world.approvalPolicy(state.opened?.service ?? "unknown");
      const { channel, ts } = command;
      return approveDraft(
        state,
        { ...checked, channel, ts, approvalId, ttlMs: deps.approvalTtlMs, configuredPolicy, scan },
        now,
      );
    },
    "Approved.",
  );
}

/** Whom the person means is found out first; the page itself follows from the record. */
async function pageSomeone(command: Extract<Command, { type: "PageSomeone" }>, deps: ApiDeps): Promise<CommandReply> {
  const { incidentId, important, actor } = command;
  const wish = {
    target: clean(command.target) ?? "",
    message: clean(command.message),
    important,
    actor: actor.userId,
  };
  const prepared = await deps.preparePage(await deps.ledger.load(incidentId), wish);
  return prepared.kind === "unclear"
    ? refused("target-unclear", prepared.message)
    : append(command, deps, prepared.decide, prepared.done);
}

/** What a person says stands on the page is looked up there, where the page can be read. */
async function attest(command: Extract<Command, { type: "AttestPublished" }>, deps: ApiDeps): Promise<CommandReply> {
  const page = await deps.findOnPage(command.link);
  const link = clean(command.link) ?? "";
  return click(
    command,
    deps,
    (state, checked, _scan, now) =>
      attestPublished(state, { ...checked, link, textHash: textHash(command.text), page }, now),
    "Recorded: it is on the page, by your word.",
  );
}

/** Passes the gate and resolves, or says what is missing. Who may stand in for an executive is read live. */
async function resolve(command: Extract<Command, { type: "ResolveIncident" }>, deps: ApiDeps): Promise<CommandReply> {
  const { outcome, duplicateOf, actor, publicText } = command;
  const overrideReason = clean(command.overrideReason) || undefined;
  const facts = overrideReason === undefined ? undefined : await deps.lookUpApprover(actor.userId);
  const input = {
    actor: actor.userId,
    outcome,
    summary: clean(command.summary) ?? "",
    duplicateOf,
    gate: {
      overrideReason,
      proofs: await offered(command, deps),
    },
    publicText:
      publicText === undefined ? undefined : { draftId: `DRF-${deps.random.code(10)}`, text: clean(publicText) ?? "" },
  };
  return append(
    command,
    deps,
    (state, now) => {
      const exec = facts !== undefined && standsInForExecutive(state, actor.userId, facts, deps.teamId, now);
      return resolveIncident(state, { ...input, gate: { ...input.gate, exec } });
    },
    (events) =>
      events.some(({ type }) => type === "IncidentResolved")
        ? "Resolved. What follows is listed in the room."
        : "Recorded: you went past what waited for an executive. The incident is still open; closing it is its commander's.",
  );
}

async function offered(
  { incidentId, proofs = [] }: Extract<Command, { type: "ResolveIncident" }>,
  { ledger, offerProof }: ApiDeps,
): Promise<OfferedProof[]> {
  if (proofs.length === 0) return [];
  const state = await ledger.load(incidentId);
  return await Promise.all(proofs.map(({ key, proof }) => offerProof(state, { key, proof: clean(proof) ?? "" })));
}

/** The ticks in one entry, a runbook in one of its own: its copy alone may fill one. */
async function updateChecklistOf(
  command: Extract<Command, { type: "UpdateChecklist" }>,
  deps: ApiDeps,
): Promise<CommandReply> {
  const { done, skip, confirm = [], assign, assignee, phase, attachRunbook: runbookId, actor } = command;
  const entry = runbookId === undefined ? undefined : deps.library.get(runbookId);
  if (runbookId !== undefined && entry === undefined) {
    return refused("runbook-unknown", `There is no runbook ${runbookId}; /incident-response runbook lists them.`);
  }
  const wish = {
    actor: actor.userId,
    done,
    skip,
    confirm,
    assign,
    assignee,
    phase,
    skipReason: clean(command.skipReason),
    proof: clean(command.proof),
    noPublicUpdate: clean(command.noPublicUpdate),
  };
  const asksMore =
    done.length + skip.length + confirm.length + assign.length > 0 ||
    phase !== undefined ||
    wish.noPublicUpdate !== undefined;
  if (entry === undefined || asksMore) {
    const ticked = await append(command, deps, (state) => updateChecklist(state, wish), "Recorded.");
    if (!ticked.ok || entry === undefined) return ticked;
  }
  return append(
    { ...command, commandId: `${command.commandId}:attach` },
    deps,
    (state) => attachRunbook(state, { entry, trigger: "chosen by a person", triggerIndex: null, by: actor.userId }),
    `Recorded. ${entry.runbook.title} is attached.`,
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

  const declaredId = await declareIncident(
    {
      title: clean(command.title) ?? "",
      service: clean(command.service) ?? "unknown",
      severity,
      class: command.class ?? "default",
      by: { commandId, actor },
    },
    CLICK_BUDGET_MS,
    deps,
  );
  return {
    ok: true,
    message: `${declaredId} is open; its room is being assembled and you will be invited.`,
    incidentId: declaredId,
  };
}

import { Manifest } from "deno-slack-sdk/mod.ts";
import { BRIDGE_HOST } from "./slack-app/bridge-host.ts";
import { ApprovalCards } from "./slack-app/datastores/approval-cards.ts";
import { Nudges } from "./slack-app/datastores/nudges.ts";
import { WarRooms } from "./slack-app/datastores/war-rooms.ts";
import { STEPS } from "./slack-app/steps/steps.ts";
import { AcceptJoinWorkflow } from "./slack-app/workflows/accept_join.ts";
import { AskToJoinWorkflow } from "./slack-app/workflows/ask_to_join.ts";
import { CaptureMessageWorkflow } from "./slack-app/workflows/capture_message.ts";
import { CatchMeUpWorkflow } from "./slack-app/workflows/catch_me_up.ts";
import { ChangeSeverityWorkflow } from "./slack-app/workflows/change_severity.ts";
import { DeclareIncidentWorkflow } from "./slack-app/workflows/declare_incident.ts";
import { DraftStatusUpdateWorkflow } from "./slack-app/workflows/draft_status_update.ts";
import { DrainOutboxWorkflow } from "./slack-app/workflows/drain_outbox.ts";
import { HandOverCommandWorkflow } from "./slack-app/workflows/hand_over_command.ts";
import { PageSomeoneWorkflow } from "./slack-app/workflows/page_someone.ts";
import { RateResponseWorkflow } from "./slack-app/workflows/rate_response.ts";
import { ResolveIncidentWorkflow } from "./slack-app/workflows/resolve_incident.ts";
import { ReviewStatusUpdateWorkflow } from "./slack-app/workflows/review_status_update.ts";
import { SilenceNudgesWorkflow } from "./slack-app/workflows/silence_nudges.ts";
import { SweepWorkflow } from "./slack-app/workflows/sweep.ts";
import { TakeCommandWorkflow } from "./slack-app/workflows/take_command.ts";
import { UpdateChecklistWorkflow } from "./slack-app/workflows/update_checklist.ts";

/** The hosted app. Every scope is one that a call in slack-app/ needs; adding a scope or a domain asks the admins again. */
export default Manifest({
  name: "incident-response",
  description: "War rooms for on-call engineers; customers read only what a person approved",
  icon: "slack-app/icon.png",
  functions: [...STEPS],
  workflows: [
    DrainOutboxWorkflow,
    SweepWorkflow,
    DeclareIncidentWorkflow,
    DraftStatusUpdateWorkflow,
    ReviewStatusUpdateWorkflow,
    ResolveIncidentWorkflow,
    TakeCommandWorkflow,
    HandOverCommandWorkflow,
    CatchMeUpWorkflow,
    AskToJoinWorkflow,
    AcceptJoinWorkflow,
    PageSomeoneWorkflow,
    ChangeSeverityWorkflow,
    UpdateChecklistWorkflow,
    SilenceNudgesWorkflow,
    RateResponseWorkflow,
    CaptureMessageWorkflow,
  ],
  datastores: [WarRooms, ApprovalCards, Nudges],
  outgoingDomains: [BRIDGE_HOST],
  botScopes: [
    "chat:write",
    "groups:write",
    "groups:read",
    "groups:history",
    "channels:history",
    // Event triggers: a pin or a reaction puts a message into the record.
    "pins:read",
    "pins:write",
    "reactions:read",
    "triggers:write",
    "bookmarks:read",
    "bookmarks:write",
    // The SDK asks for the read scope as soon as there is a datastore.
    "datastore:read",
    "datastore:write",
  ],
});

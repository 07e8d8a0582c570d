import * as z from "zod/mini";
import { LIMITS } from "../limits.ts";
import { INCIDENT_CLASSES, PUBLIC_STATUSES, ROLES, SEVERITIES } from "../vocabulary.ts";
import { CommandId, IncidentId, SlackTeamId, SlackUserId } from "./ids.ts";

/** What a step of Workflow Builder may ask people for. */
export const WORKFLOW_ASKS = ["status-update", "checklist-item", "role"] as const;

/** The run of the workflow, from the event by which Slack started the step. Who made the workflow, or started it, is not known. */
const WorkflowActor = z.object({
  runId: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,100}$/)),
  teamId: SlackTeamId,
});

const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));
const envelope = { commandId: CommandId, workflow: WorkflowActor };
const about = { ...envelope, incidentId: IncidentId };

/** Opens an incident; whether with a room follows from its severity, as for an alert. */
const StepDeclareIncident = z.object({
  type: z.literal("StepDeclareIncident"),
  ...envelope,
  title: text(LIMITS.title),
  service: text(80),
  severity: z.enum(SEVERITIES),
  class: z.optional(z.enum(INCIDENT_CLASSES)),
});

const StepAddNote = z.object({ type: z.literal("StepAddNote"), ...about, words: text(LIMITS.impact) });

const StepRequestStatusUpdate = z.object({
  type: z.literal("StepRequestStatusUpdate"),
  ...about,
  status: z.enum(PUBLIC_STATUSES),
  impact: text(LIMITS.impact),
});

const StepSetChecklistItem = z.object({
  type: z.literal("StepSetChecklistItem"),
  ...about,
  item: text(100),
  proof: z.optional(text(LIMITS.reason)),
});

const StepAssignRole = z.object({
  type: z.literal("StepAssignRole"),
  ...about,
  role: z.enum(ROLES),
  userId: SlackUserId,
});

/** What steps of Workflow Builder send. None of them carries a person: their inputs are anybody's to fill in. */
export const StepCommand = z.discriminatedUnion("type", [
  StepDeclareIncident,
  StepAddNote,
  StepRequestStatusUpdate,
  StepSetChecklistItem,
  StepAssignRole,
]);
export type StepCommand = z.infer<typeof StepCommand>;

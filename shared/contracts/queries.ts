import * as z from "zod/mini";
import { COMPONENT_STATUSES, PHASES, PUBLIC_STATUSES, SEVERITIES } from "../vocabulary.ts";
import { IncidentId, SlackChannelId, SlackUserId } from "./ids.ts";
import { DraftView } from "./views.ts";

/** What a form needs before it can be shown. Asked by incident id (a hint from a button) or by the channel it was opened in. */
export const FormQuery = z.object({
  type: z.literal("Form"),
  incidentId: z.optional(IncidentId),
  channel: z.optional(SlackChannelId),
});
/** What declaring an incident may choose from. */
export const CatalogQuery = z.object({ type: z.literal("Catalog") });

/** What a person who comes in late should read. `asker` only says whose last brief counts; it opens nothing. */
export const BriefQuery = z.object({
  type: z.literal("Brief"),
  incidentId: z.optional(IncidentId),
  channel: z.optional(SlackChannelId),
  asker: SlackUserId,
});

/** Where an incident stands, for a step of a workflow: what everybody in the workspace may know. */
export const IncidentQuery = z.object({
  type: z.literal("Incident"),
  incidentId: z.optional(IncidentId),
  channel: z.optional(SlackChannelId),
});

export const Query = z.discriminatedUnion("type", [FormQuery, CatalogQuery, BriefQuery, IncidentQuery]);
export type Query = z.infer<typeof Query>;

/** What the checklist, severity and resolve forms show. */
export const ResponseFacts = z.object({
  phase: z.enum(PHASES),
  /** What can still be ticked by a person. */
  open: z.array(z.object({ key: z.string(), text: z.string(), group: z.string() })),
  /** Escalations of which nobody has said yet that what they wait for is so. */
  unconfirmed: z.array(z.object({ key: z.string(), text: z.string() })),
  /** What the exit of the phase still waits for. */
  exit: z.array(z.string()),
  /** Runbooks that may be attached, those that the alert matched first. */
  attachable: z.array(z.object({ id: z.string(), title: z.string() })),
  raiseIf: z.array(z.string()),
  checks: z.array(
    z.object({
      key: z.string(),
      text: z.string(),
      kind: z.string(),
      required: z.boolean(),
      status: z.enum(["proven", "overridden", "open"]),
      /** What proof it takes, in words. */
      asks: z.string(),
      /** False for what only the incident's own entries can show. */
      provable: z.boolean(),
      /** Who may go past it. */
      override: z.enum(["nobody", "ic", "exec"]),
    }),
  ),
  /** Checks that hold severity and outcome. */
  holds: z.array(z.string()),
});
export type ResponseFacts = z.infer<typeof ResponseFacts>;

export const FormFacts = z.object({
  incidentId: IncidentId,
  title: z.string(),
  service: z.string(),
  severity: z.enum(SEVERITIES),
  resolved: z.boolean(),
  channel: z.optional(SlackChannelId),
  commander: z.optional(SlackUserId),
  /** Who a handover has been offered to. */
  offeredTo: z.optional(SlackUserId),
  /** What they need to know who take over. */
  packet: z.optional(z.array(z.string())),
  /** Components a customer update may name, the service's own first. */
  components: z.array(z.object({ id: z.string(), name: z.string(), own: z.boolean() })),
  componentStatuses: z.array(z.enum(COMPONENT_STATUSES)),
  /** What the public page says of this incident now. */
  publicStatus: z.optional(z.enum(PUBLIC_STATUSES)),
  /** Who waits to be let into the room, who asked first first. */
  joinRequests: z.array(z.object({ userId: SlackUserId, reason: z.optional(z.string()) })),
  /** Titles of the alert groups that still fire, at most ten, and how many there are. */
  stillFiring: z.object({ titles: z.array(z.string()), count: z.int() }),
  /** The draft that waits, if any: the newest not final. */
  draft: z.optional(DraftView),
  response: z.optional(ResponseFacts),
});
export type FormFacts = z.infer<typeof FormFacts>;

/** The same facts give the same brief: no model has a part in it. */
export const Brief = z.object({
  incidentId: IncidentId,
  headline: z.string(),
  /** What changed since this person last asked; absent for a first brief. */
  changes: z.optional(z.object({ since: z.string(), lines: z.array(z.string()), more: z.int() })),
  /** Where things stand, each a line. */
  now: z.array(z.object({ label: z.string(), text: z.string() })),
  /** What happened, the newest last. */
  happened: z.array(z.object({ at: z.string(), text: z.string() })),
  /** Earlier happenings left out. */
  earlier: z.int(),
});
export type Brief = z.infer<typeof Brief>;

export const CatalogFacts = z.object({ services: z.array(z.string()), severities: z.array(z.enum(SEVERITIES)) });
export type CatalogFacts = z.infer<typeof CatalogFacts>;

export const IncidentFacts = z.object({
  incidentId: IncidentId,
  title: z.string(),
  service: z.string(),
  severity: z.enum(SEVERITIES),
  status: z.enum(["open", "resolved", "archived"]),
  channel: z.optional(SlackChannelId),
  commander: z.optional(SlackUserId),
  publicUrl: z.optional(z.string()),
});
export type IncidentFacts = z.infer<typeof IncidentFacts>;

export const QueryReply = z.discriminatedUnion("ok", [
  z.object({
    ok: z.literal(true),
    form: z.optional(FormFacts),
    catalog: z.optional(CatalogFacts),
    brief: z.optional(Brief),
    incident: z.optional(IncidentFacts),
  }),
  z.object({ ok: z.literal(false), refusal: z.string(), message: z.string() }),
]);
export type QueryReply = z.infer<typeof QueryReply>;

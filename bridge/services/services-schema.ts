import * as z from "zod";
import { LIMITS } from "../../shared/limits.ts";
import { SEVERITIES } from "../../shared/vocabulary.ts";
import { placeholdersAreQuoted } from "../context/fill-query.ts";
import { POLICIES } from "../publish-gate/policy.ts";
import { RUNBOOK_ROLES } from "../runbooks/schema.ts";
import { isoDurationMs } from "./iso-duration.ts";

const MAX_DURATION_MS = 86_400_000;

const severity = z.enum(SEVERITIES, { error: `is not a severity; use one of ${SEVERITIES.join(", ")}` });

const text = (max: number) => z.string().trim().min(1, { error: "is empty" }).max(max);

const serviceName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,79}$/, {
  error: "is not a service name; use lower-case letters, digits, '.', '_' and '-', at most 80",
});

const slackHandle = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,79}$/, {
  error: "is not the handle of a Slack user group; write it in lower case and without the @",
});

const id = (what: string) =>
  z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, { error: `is not ${what}; copy its id, not its name` });

const repository = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, {
  error: "is not a repository; write owner/name",
});

const httpsUrl = text(2_000).refine((value) => URL.canParse(value) && new URL(value).protocol === "https:", {
  error: "is not an https:// URL",
});

const duration = z.string().transform((value, context) => {
  const ms = isoDurationMs(value);
  if (ms !== undefined && ms >= 1_000 && ms <= MAX_DURATION_MS) return ms;
  context.addIssue({ code: "custom", message: "is not a duration from PT1S to P1D; write for example PT15M" });
  return z.NEVER;
});

const grafanaDatasource = id("the uid of a Grafana data source");

/**
 * How a query's number reads: `seconds` 0.84 as "840 ms", `ratio` 0.073 as "7.3 %", `percent` 7.3 as "7.3 %", `per_second` 12 as "12 /s", `number` as it
 * is. A bare query string means `number`: what a query measures cannot be told from its text.
 */
const UNITS = ["number", "ratio", "percent", "per_second", "seconds"] as const;

/** A query of PromQL, LogQL or TraceQL. */
const promql = text(2_000).refine(placeholdersAreQuoted, {
  error:
    'holds a placeholder we cannot fill; only {{service}} exists, and it stands within double quotes: app="{{service}}"',
});
const query = z.union(
  [
    promql.transform((value) => ({ query: value, unit: "number" as const })),
    z.strictObject({ query: promql, unit: z.enum(UNITS).default("number") }),
  ],
  { error: `is not a query; write the PromQL text, or { query, unit } with unit one of ${UNITS.join(", ")}` },
);
export type MetricQuery = z.infer<typeof query>;

const escalationKey = z
  .string()
  .regex(new RegExp(`^((usergroup|schedule|external):[a-z][a-z0-9-]{1,79}|role:(${RUNBOOK_ROLES.join("|")}))$`), {
    error: `is not whom a runbook can name; write usergroup:…, schedule:…, external:… or role: and one of ${RUNBOOK_ROLES.join(", ")}`,
  });

const slackUserId = z.string().regex(/^[UW][A-Z0-9]{6,20}$/, {
  error: "is not a Slack user id such as U07KIMRAMN3; copy it from the person's profile",
});

const githubLogin = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,60}$/, {
  error: "is not a GitHub login; write it without the @",
});
const githubTeam = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,60}\/[A-Za-z0-9._-]{1,100}$/, {
  error: "is not a GitHub team; write organisation/team without the @",
});
const ownerPerson = z.union([slackUserId, z.email().max(254)], {
  error: "is neither an e-mail address nor a Slack user id",
});

/** Addresses would enter the record for ever, so people stand here by their Slack id. */
const escalationTarget = z.union(
  [z.strictObject({ schedule: id("an OnCall schedule") }), z.strictObject({ person: slackUserId })],
  { error: "is neither { schedule: <id of an OnCall schedule> } nor { person: <Slack user id> }" },
);

const Service = z.strictObject({
  team: text(80).optional(),
  /** Id of an OnCall schedule: who is on call when the alert names nobody. */
  oncall_schedule: id("an OnCall schedule").optional(),
  directory_group: text(100).optional(),
  /** Statuspage component ids a customer update of this service may name first. Names are read from the page. */
  components: z.array(id("a Statuspage component")).max(LIMITS.components).default([]),
  repositories: z.array(repository).max(5).default([]),
  /** The GitHub environment whose deployments count as deploys. */
  deploy_environment: text(255).default("production"),
  queries: z
    .strictObject({
      error_rate: query.optional(),
      latency: query.optional(),
      saturation: query.optional(),
      /** LogQL for error lines, and TraceQL; without them the service is looked for by its name. */
      logs: promql.optional(),
      traces: promql.optional(),
    })
    .default({}),
  /** Where people talk: the video call of this service. */
  call: httpsUrl.optional(),
  /** Tightens who must approve customer updates; the class of an incident may demand more, never less. */
  approval: z
    .enum(["default", ...POLICIES], {
      error: `is not an approval policy that exists; write default, ${POLICIES.join(", ")}`,
    })
    .default("default"),
});
export type Service = z.infer<typeof Service>;

/**
 * Alerts that agree in all these labels within the window of one another join one incident. `service` stands for the service
 * that the alert is about, whichever label named it.
 */
const Correlation = z.strictObject({
  labels: z.array(text(100)).min(1).max(5).default(["service"]),
  window: duration.default(600_000),
});

/** What an organisation writes: severities, people and services. Unknown keys are refused, so a typo cannot hide. */
export const ServicesFile = z.strictObject({
  /** Value of the alert's `severity` label -> our severity. Compared in lower case. */
  severity: z.record(text(80), severity),
  /** The opening rule: alerts of these severities open a room at once. */
  rooms: z.array(severity).max(SEVERITIES.length),
  /**
   * Severities whose rooms open with a first statement for customers that waits for approval: that something is wrong and looked at,
   * no more. Not for security incidents, nor where the runbook or the service's missing components forbid it.
   */
  holding_statement: z
    .array(z.enum(["SEV1", "SEV2"], { error: "is not SEV1 or SEV2; what is less severe waits for a person's words" }))
    .max(2)
    .default([]),
  /** How long customers may go without an update before the room is reminded. */
  nudge: z.partialRecord(z.enum(SEVERITIES), duration).default({}),
  /** Alert labels that may name the service, in this order. */
  labels: z.array(text(100)).min(1, { error: "is empty; name at least one label" }).max(10),
  /** Which alert groups are one incident although their sender keeps them apart; `off`: every group is one of its own. */
  correlation: z
    .union([z.literal("off"), Correlation], {
      error: "is neither off nor { labels, window } with at least one label and a duration such as PT10M",
    })
    .default({ labels: ["service"], window: 600_000 }),
  approvers: z.strictObject({
    slack_group: slackHandle,
    directory_group: text(100).optional(),
    /** Id of the OnCall schedule that is paged when nobody approves. */
    page: id("an OnCall schedule").optional(),
  }),
  fallback_group: slackHandle,
  /** Whom runbooks call who are no part of every incident: legal, executives, security. What is not here is said in the room. */
  escalations: z.record(escalationKey, escalationTarget).default({}),
  /** For links into Explore: where Grafana is, and the uids of its data sources. */
  grafana: z
    .strictObject({
      url: httpsUrl.transform((value) => value.replace(/\/+$/, "")),
      metrics: grafanaDatasource.optional(),
      logs: grafanaDatasource.optional(),
      traces: grafanaDatasource.optional(),
    })
    .optional(),
  /** Who logins and teams of GitHub's CODEOWNERS are here: a login's e-mail address or Slack id, a team's Slack user group. */
  owners: z
    .strictObject({
      logins: z.record(githubLogin, ownerPerson).default({}),
      teams: z.record(githubTeam, slackHandle).default({}),
    })
    .default({ logins: {}, teams: {} }),
  public_terms: z.array(text(200)).max(200).default([]),
  page: z.strictObject({ environment: z.enum(["production", "sandbox"]).default("production") }).default({
    environment: "production",
  }),
  services: z.record(serviceName, Service),
});
export type GrafanaLinks = NonNullable<z.infer<typeof ServicesFile>["grafana"]>;
export type ServicesFile = z.infer<typeof ServicesFile>;

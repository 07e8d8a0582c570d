import { isIP } from "node:net";
import * as z from "zod";
import { ConfigError } from "./config-error.ts";

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/;

export const isLoopbackHost = (host: string): boolean => LOOPBACK.test(host);

/** Credentials and incidents travel to these addresses: plain http is accepted on this machine only. */
const upstreamUrl = z
  .string()
  .refine((text) => parseHttpUrl(text) !== undefined, {
    error: "is not an http(s) URL; write it whole, for example https://host.example.com/path",
  })
  .refine(
    (text) => {
      const url = parseHttpUrl(text);
      return url === undefined || url.protocol === "https:" || isLoopbackHost(url.hostname);
    },
    { error: "is plain http on another machine, and credentials would cross the network unencrypted; use https://" },
  );

const cidr = (text: string): boolean => {
  const [address = "", prefix = "", ...rest] = text.split("/");
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
};

const withoutSlash = (text: string) => text.replace(/\/+$/, "");
const withSlash = (text: string) => `${withoutSlash(text)}/`;

const port = z.coerce
  .number({ error: "is not a port; use 1 to 65535, or 0 for any free port" })
  .int()
  .min(0)
  .max(65_535);
/** A duration in milliseconds, at most a week: longer than any wait of this product. */
const duration = (min = 10) =>
  z.coerce
    .number({ error: "is not a number of milliseconds" })
    .int()
    .min(min)
    .max(7 * 86_400_000);
const milliseconds = (fallback: number, min?: number) => duration(min).default(fallback);
const slackChannel = z.string().regex(/^[CG][A-Z0-9]{2,30}$/, {
  error: "is not a Slack channel id; copy it from the channel's details (it looks like C0123456789), not its name",
});
const tokens = z.coerce.number({ error: "is not a number of tokens" }).int().min(1).max(1_000_000_000_000);
const tableName = z.string().regex(/^[A-Za-z0-9_.-]{3,255}$/, {
  error: "is not a DynamoDB table name (3 to 255 of letters, digits, '_', '.', '-')",
});

/** Every variable the bridge reads. Secrets are not among them: those come from Secrets Manager, by name. */
export const BridgeConfig = z
  .object({
    PORT: port.default(8080),
    INTERNAL_PORT: port.default(8081),
    PUBLIC_BASE_URL: upstreamUrl.transform(withoutSlash),
    /**
     * Addresses of the load balancers in front, by comma, as 10.0.0.0/16: only their word counts that a call came by TLS, and
     * one that did not is refused. Needed wherever the bridge has another address than this machine's.
     */
    TRUSTED_PROXIES: z
      .string()
      .max(1_000)
      .refine((text) => text.split(",").every((range) => cidr(range.trim())), {
        error: "is not a list of address ranges by comma, for example 10.0.0.0/16",
      })
      .optional(),
    /** Base address of an OTLP/HTTP collector for traces and metrics; absent: nothing is sent. `/metrics` is there either way. */
    OTEL_EXPORTER_OTLP_ENDPOINT: upstreamUrl.transform(withoutSlash).optional(),
    LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),

    AWS_REGION: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: "is not an AWS region, for example eu-north-1" }),
    DYNAMODB_ENDPOINT: upstreamUrl.optional(),
    SECRETS_ENDPOINT: upstreamUrl.optional(),
    BEDROCK_ENDPOINT: upstreamUrl.optional(),
    LEDGER_TABLE: tableName,
    INDEX_TABLE: tableName,
    SECRETS_PREFIX: z.string().regex(/^[A-Za-z0-9/_+=.@-]{1,200}$/, {
      error: "is not the beginning of a secret name, for example incident-response/production/",
    }),
    SERVICES_FILE: z.string().min(1),
    /** Runbooks of the organisation, laid over the product's own. */
    RUNBOOKS_DIR: z.string().min(1).optional(),
    /**
     * Where the signed log of the ledger's heads is kept: a directory on one machine, or a write-once bucket. Neither: no
     * log, and nothing claims that there is one.
     */
    CHECKPOINT_DIR: z.string().min(1).optional(),
    CHECKPOINT_BUCKET: z
      .string()
      .regex(/^[a-z0-9.-]{3,63}$/, { error: "is not an S3 bucket name" })
      .optional(),
    S3_ENDPOINT: upstreamUrl.optional(),
    /** What the log calls itself, and the name of the key that signs it. */
    AUDIT_ORIGIN: z
      .string()
      .regex(/^[^\s+]{1,200}$/, { error: "is not a name for a log (no white space, no plus)" })
      .default("incident-response/audit-log"),
    /**
     * The key in KMS that signs the log, as `kms:<ARN of the key>`: by ARN and not by alias, which could be pointed at another
     * key. Absent: the key in AUDIT_KEY_FILE, or else the seed in the secret `audit-signer`.
     */
    AUDIT_SIGNING_KEY: z
      .string()
      .regex(/^kms:arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,100}$/, {
        error: "is not a key in KMS; write kms: and the ARN of the key (not of an alias)",
      })
      .optional(),
    KMS_ENDPOINT: upstreamUrl.optional(),
    /** Where the signing key lies on this machine. */
    AUDIT_KEY_FILE: z.string().min(1).optional(),
    /** Base address of the signer, a process with a role of its own. Absent: this process has the key sign by itself. */
    AUDIT_SIGNER_URL: upstreamUrl.transform(withoutSlash).optional(),

    SLACK_API_URL: upstreamUrl.transform(withSlash).default("https://slack.com/api/"),
    SLACK_TEAM_ID: z.string().regex(/^[TE][A-Z0-9]{2,30}$/, {
      error: "is not a Slack workspace id (it looks like T0123456789)",
    }),
    ALERTS_CHANNEL: slackChannel,
    ANNOUNCE_CHANNEL: slackChannel,
    OPS_CHANNEL: slackChannel.optional(),

    STATUSPAGE_API_URL: upstreamUrl.transform(withoutSlash).default("https://api.statuspage.io/v1"),
    STATUSPAGE_PAGE_ID: z.string().regex(/^[a-z0-9]{1,40}$/i, { error: "is not a Statuspage page id" }),
    LINEAR_API_URL: upstreamUrl.default("https://api.linear.app/graphql"),
    LINEAR_TEAM_ID: z.string().min(1).max(100),
    /** Where postmortems go beside the team: ids, labels by comma. */
    LINEAR_PROJECT_ID: z.uuid({ error: "is not the id of a Linear project (a UUID)" }).optional(),
    LINEAR_LABEL_IDS: z
      .string()
      .regex(/^$|^[0-9a-f-]{36}(\s*,\s*[0-9a-f-]{36}){0,19}$/i, {
        error: "is not a list of Linear label ids (UUIDs) by comma",
      })
      .default(""),
    /** Whether a postmortem names people or speaks of their roles. What the model writes speaks of roles either way. */
    POSTMORTEM_NAMES: z.enum(["names", "roles"]).default("names"),
    ONCALL_API_URL: upstreamUrl.transform(withSlash),
    MIMIR_URL: upstreamUrl.transform(withoutSlash),
    /** Where logs and traces are asked for; absent: the room says that none are configured. */
    LOKI_URL: upstreamUrl.transform(withoutSlash).optional(),
    TEMPO_URL: upstreamUrl.transform(withoutSlash).optional(),
    GITHUB_API_URL: upstreamUrl.transform(withoutSlash).default("https://api.github.com"),
    WORKOS_API_URL: upstreamUrl.transform(withoutSlash).default("https://api.workos.com"),
    /** Where people are looked up by `directory_group`; absent: nowhere. */
    WORKOS_DIRECTORY_ID: z
      .string()
      .regex(/^directory_[A-Za-z0-9]{1,64}$/, {
        error: "is not a WorkOS directory id (it looks like directory_01ABC...)",
      })
      .optional(),
    DRAFTER: z.enum(["template", "bedrock"]).default("template"),
    BEDROCK_MODEL_ID: z.string().min(1).max(300).optional(),
    /** A small model that suggests which messages of a room belong into the record. Without it nothing is suggested. */
    BEDROCK_MARKING_MODEL_ID: z.string().min(1).max(300).optional(),
    MARK_EVERY_MS: milliseconds(600_000),
    /** Where people find an incident's audit bundle, with `{incident}` in it; the postmortem links there. */
    AUDIT_BUNDLE_URL: z
      .url({ protocol: /^https?$/ })
      .refine((url) => url.includes("{incident}"), { error: "does not say where the incident's id stands: {incident}" })
      .optional(),
    /** How often a filed postmortem's issue is looked at, for a week. */
    REVIEW_LOOK_MS: milliseconds(3_600_000),
    /** Another directory of prompts and style rules than the one that ships. */
    PROMPTS_DIR: z.string().min(1).optional(),
    MODEL_TOKENS_PER_INCIDENT: tokens.default(200_000),
    MODEL_TOKENS_PER_MONTH: tokens.default(20_000_000),
    /** How long it is believed that the account does not log prompts. */
    INVOCATION_LOGGING_CHECK_MS: milliseconds(3_600_000),
    /** Log groups and buckets, by comma, that may hold prompts: whoever reads them reads what the model is told. */
    INVOCATION_LOGGING_APPROVED_SINKS: z.string().max(2_000).default(""),

    /**
     * How `/webhooks/grafana-oncall` is authenticated. S0 is a bare bearer token: whoever holds it can forge pages, the
     * body is not protected and old calls can be replayed. It must be asked for by name and is shown by `/health`.
     */
    ONCALL_SCHEME: z.enum(["S1T", "S1", "S0"]).default("S1T"),
    ALERTING_TIMESTAMP_HEADER: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}$/, { error: "is not a header name" })
      .default("X-Grafana-Alerting-Timestamp"),

    SWEEP_EVERY_MS: milliseconds(5_000),
    CHECKPOINT_EVERY_MS: milliseconds(60_000),
    AUDIT_VERIFY_EVERY_MS: milliseconds(60_000),
    CHECKPOINT_IDLE_EVERY_MS: milliseconds(3_600_000),
    /** How often OnCall is asked for open alert groups whose webhook never arrived. */
    RECONCILE_ALERTS_MS: milliseconds(60_000, 100),
    EFFECT_LEASE_MS: milliseconds(30_000),
    SECRET_CACHE_MS: milliseconds(300_000),
    WATCHDOG_RING_MS: milliseconds(30_000),
    WATCHDOG_POST_MS: milliseconds(90_000),
    CLAIM_WAIT_MS: milliseconds(10_000, 0),
    VENDOR_TIMEOUT_MS: milliseconds(5_000),
    /** How long a vendor is left alone after it failed several times in a row. */
    BREAKER_OPEN_MS: milliseconds(5_000),
    PREFETCH_BUDGET_MS: milliseconds(3_000),
    /** What may be known about the outage has this long; the room does not wait for it. */
    CONTEXT_BUDGET_MS: milliseconds(8_000),
    /** Where set, every severity that is nudged at all is nudged this often, whatever services.yaml says. For drills. */
    NUDGE_EVERY_MS: duration().optional(),
    REPAINT_EVERY_MS: milliseconds(3_000),
    CARD_GRACE_MS: milliseconds(15_000),
    NOISE_ARCHIVE_AFTER_MS: milliseconds(900_000),
    CARD_LAPSE_MS: milliseconds(3_600_000),
    ARCHIVE_AFTER_MS: milliseconds(86_400_000),
    SWEEP_SILENCE_MS: milliseconds(2_100_000),
    APPROVAL_TTL_MS: milliseconds(600_000),
    RECONCILE_SETTLE_MS: milliseconds(40_000),
    DRAFT_BUDGET_MS: milliseconds(20_000),
    /** A page without an acknowledgement for this long offers the next step. */
    PAGE_ACK_MS: milliseconds(300_000),
    PAGE_RETRY_MS: milliseconds(5_000),
    /** OnCall is asked this often whether a page was answered, and again to acknowledge what it could not before. */
    PAGE_POLL_MS: milliseconds(15_000),
    /** A page that could not be sent for this long is given up. */
    PAGE_GIVE_UP_MS: milliseconds(600_000),
    /** Command that was offered and not taken for this long: the next person is paged. */
    COMMAND_OFFER_MS: milliseconds(180_000),
    /** A handover nobody accepts, or a question nobody answers, for this long is escalated. */
    HANDOVER_LAPSE_MS: milliseconds(300_000),
    /** A commander who records nothing for this long is asked whether they are there. */
    COMMAND_SILENCE_MS: milliseconds(3_600_000),
    /** A call for an approver that nobody answers for this long is repeated, and their schedule paged. */
    ASK_AGAIN_MS: milliseconds(180_000),
  })
  .superRefine((config, context) => {
    if (config.DRAFTER === "bedrock" && config.BEDROCK_MODEL_ID === undefined) {
      context.addIssue({
        code: "custom",
        path: ["BEDROCK_MODEL_ID"],
        message: "is not set, and DRAFTER=bedrock needs it; set it or use DRAFTER=template",
      });
    }
    for (const { path, message } of auditLogProblems(config)) context.addIssue({ code: "custom", path, message });
    if (config.AUDIT_SIGNER_URL !== undefined && config.AUDIT_SIGNING_KEY === undefined) {
      context.addIssue({
        code: "custom",
        path: ["AUDIT_SIGNER_URL"],
        message: "is set without AUDIT_SIGNING_KEY, so this process would hold the key all the same; use a key in KMS",
      });
    }
    for (const { path, message } of proxyProblems(config.PUBLIC_BASE_URL, config))
      context.addIssue({ code: "custom", path, message });
    if (config.LEDGER_TABLE === config.INDEX_TABLE) {
      context.addIssue({
        code: "custom",
        path: ["INDEX_TABLE"],
        message: "names the same table as LEDGER_TABLE; the ledger needs a table of its own, which nobody may update",
      });
    }
  });

export type Config = z.infer<typeof BridgeConfig> & {
  /**
   * `local-dummy` when an AWS endpoint is overridden and the environment holds no AWS credentials: a client of an overridden
   * endpoint then signs with fixed, worthless keys. Real AWS is only ever reached with the SDK's own credential chain.
   */
  AWS_CREDENTIALS: "default-chain" | "local-dummy";
};

/** Any of these means that the SDK's credential chain has something to find. */
const CREDENTIAL_SOURCES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_PROFILE",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

interface Problem {
  path: [string];
  message: string;
}

/** Whether a process of that address could ever answer. */
export function proxyProblems(address: string, config: { TRUSTED_PROXIES?: string | undefined }): Problem[] {
  const host = parseHttpUrl(address)?.hostname ?? "";
  if (config.TRUSTED_PROXIES !== undefined || isLoopbackHost(host)) return [];
  const message =
    "is not set, so nobody could say that a call came by TLS and all would be refused; name the addresses of the load balancer, for example 10.0.0.0/16";
  return [{ path: ["TRUSTED_PROXIES"], message }];
}

/** What does not fit together in the settings of the audit log. */
export function auditLogProblems(config: {
  AWS_REGION: string;
  CHECKPOINT_DIR?: string | undefined;
  CHECKPOINT_BUCKET?: string | undefined;
  AUDIT_SIGNING_KEY?: string | undefined;
  AUDIT_KEY_FILE?: string | undefined;
}): Problem[] {
  const { CHECKPOINT_DIR, CHECKPOINT_BUCKET, AUDIT_SIGNING_KEY, AUDIT_KEY_FILE } = config;
  const problems: Problem[] = [];
  if (CHECKPOINT_DIR !== undefined && CHECKPOINT_BUCKET !== undefined)
    problems.push({
      path: ["CHECKPOINT_BUCKET"],
      message: "is set beside CHECKPOINT_DIR, and the log can lie in one place only; unset one of them",
    });
  if (AUDIT_SIGNING_KEY !== undefined && AUDIT_KEY_FILE !== undefined)
    problems.push({
      path: ["AUDIT_SIGNING_KEY"],
      message: "is set beside AUDIT_KEY_FILE, and one key signs the log; unset one of them",
    });
  if (AUDIT_SIGNING_KEY !== undefined && AUDIT_SIGNING_KEY.split(":")[4] !== config.AWS_REGION)
    problems.push({
      path: ["AUDIT_SIGNING_KEY"],
      message: "names a key of another region than AWS_REGION; use a key of this region",
    });
  return problems;
}

/** Reads the bridge's environment once. @throws ConfigError */
export const readConfig = (env: Readonly<Record<string, string | undefined>>): Config =>
  readEnvironment(BridgeConfig, env);

/** Where AWS is, as far as a process has a setting for it. */
interface Endpoints {
  DYNAMODB_ENDPOINT?: string | undefined;
  SECRETS_ENDPOINT?: string | undefined;
  BEDROCK_ENDPOINT?: string | undefined;
}

/**
 * Reads the environment of one process once. An empty variable counts as not set.
 * @throws ConfigError naming every variable that is missing or wrong, never its value.
 */
export function readEnvironment<Settings extends Endpoints>(
  schema: z.ZodType<Settings>,
  env: Readonly<Record<string, string | undefined>>,
): Settings & Pick<Config, "AWS_CREDENTIALS"> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => {
        const name = String(issue.path[0] ?? "environment");
        return given[name] === undefined && issue.code !== "custom"
          ? `${name} is not set`
          : `${name} ${sentence(issue)}`;
      }),
    );
  }
  const { DYNAMODB_ENDPOINT, SECRETS_ENDPOINT, BEDROCK_ENDPOINT } = parsed.data;
  const overridden = [DYNAMODB_ENDPOINT, SECRETS_ENDPOINT, BEDROCK_ENDPOINT].some((endpoint) => endpoint !== undefined);
  const hasCredentials = CREDENTIAL_SOURCES.some((name) => given[name] !== undefined);
  return { ...parsed.data, AWS_CREDENTIALS: overridden && !hasCredentials ? "local-dummy" : "default-chain" };
}

/** What was accepted, for the first log line: user, password and query of every URL are replaced. */
export function describeConfig(config: Readonly<Record<string, unknown>>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(config)
      .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
      .map(([name, value]) => [name, typeof value === "string" ? withoutCredentials(value) : value]),
  );
}

function withoutCredentials(text: string): string {
  const url = parseHttpUrl(text);
  if (!url || (url.username === "" && url.password === "" && url.search === "")) return text;
  if (url.username !== "" || url.password !== "") {
    url.username = "redacted";
    url.password = "";
  }
  if (url.search !== "") url.search = "?redacted";
  return url.href;
}

function sentence(issue: z.core.$ZodIssue): string {
  // Messages of ours begin with the verb; zod's own begin with a capital and do not repeat the value.
  return /^(is|names)\b/.test(issue.message) ? issue.message : `is not acceptable: ${issue.message}`;
}

function parseHttpUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && (url.protocol === "https:" || url.protocol === "http:") ? url : undefined;
}

import * as z from "zod";
import { LINK_TRIGGERS } from "../../../shared/vocabulary.ts";
import { AuditReaders } from "../../audit/reading/reader-secret.ts";
import { freshKey } from "../../audit/signing-key.ts";
import { mintKey } from "../../platform/random.ts";

/** One entry of Secrets Manager below `incident-response/<environment>/`. */
export interface SecretSpec {
  name: string;
  /** What it is and where it comes from, for whoever fills it in. */
  about: string;
  /** `text`: the value as it is. `json`: an object, written and stored as JSON. */
  form: "text" | "json";
  schema: z.ZodType;
  /** The product works without it, says what it cannot do, and nothing pretends. */
  optional?: true;
  /** We make the value ourselves: both ends that need it are ours or are told by us. */
  make?: (environment: string) => string;
  /** A new value makes earlier data unreadable or old records unverifiable: never rotated by this tool. */
  keep?: true;
}

/**
 * The day on which a vendor's key ends, where the vendor names one to people only: an operator writes it beside the key, and the
 * bridge warns before it (`bridge/compliance/secret-expiry.ts` reads it).
 */
const expires_at = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: "is neither a date (2027-03-01) nor an instant (2027-03-01T12:00:00Z)",
  })
  .optional();

const key = z.string().min(16, { error: "is shorter than 16 characters" }).max(4_096);
const url = z.url({ protocol: /^https$/, error: "is not an https:// address" });

/** Every secret the product reads. The stack makes an entry for each; a test holds it against what the code asks for. */
export const SECRET_CATALOGUE: readonly SecretSpec[] = [
  {
    name: "oncall-webhook",
    about: "HMAC key between the OnCall relay and the bridge",
    form: "text",
    schema: key,
    make: mintKey,
  },
  {
    name: "oncall-relay-authorization",
    about: "The Authorization header of OnCall's outgoing webhook; set the same value there",
    form: "text",
    schema: key,
    make: mintKey,
  },
  {
    name: "alerting-webhook",
    about: "HMAC secret of the Grafana Alerting contact point; set the same value there",
    form: "text",
    schema: key,
    make: mintKey,
  },
  {
    name: "slack-functions",
    about: "HMAC key of the hosted functions; set it there as BRIDGE_SHARED_SECRET",
    form: "text",
    schema: key,
    make: mintKey,
  },
  {
    name: "redaction-master",
    about: "Master key of placeholders and sealed words: with a new one neither can be read",
    form: "text",
    schema: z.string().min(32, { error: "is shorter than 32 characters" }).max(4_096),
    make: mintKey,
    keep: true,
  },
  {
    name: "audit-signer",
    about: "Signs the audit log's checkpoints where no key in KMS does: with another key the log is another log",
    form: "text",
    schema: z.string().regex(/^PRIVATE\+KEY\+\S+\+[0-9a-f]{8}\+\S+$/, { error: "is not a note signing key" }),
    make: (environment) => freshKey(`incident-response/${environment}`).trim(),
    keep: true,
  },
  {
    name: "audit-signer-callers",
    about: "HMAC key between the bridge and the audit signer",
    form: "text",
    schema: key,
    make: mintKey,
  },
  {
    name: "audit-readers",
    about: "Who may read /audit and /compliance on the internal name: a name, a token and scopes each",
    form: "json",
    schema: AuditReaders,
    make: () => JSON.stringify({ readers: [{ name: "auditor", token: mintKey(), scopes: ["audit:read"] }] }),
    optional: true,
  },
  {
    name: "slack-companion",
    about: "Companion app: Basic Information > Signing Secret, and OAuth & Permissions > Bot User OAuth Token",
    form: "json",
    schema: z.strictObject({
      signing_secret: z.string().regex(/^[0-9a-f]{32}$/, { error: "is not 32 hexadecimal digits" }),
      bot_token: z.string().regex(/^xoxb-[A-Za-z0-9-]{10,}$/, { error: "does not begin with xoxb-" }),
    }),
  },
  {
    name: "slack-triggers",
    about: "URLs of the hosted app's webhook and link triggers, as `slack trigger list` shows them",
    form: "json",
    schema: z.strictObject({ doorbell: url, links: z.record(z.enum(LINK_TRIGGERS), url) }),
  },
  {
    name: "statuspage",
    about: "Statuspage > your avatar > API info",
    form: "json",
    schema: z.strictObject({ api_key: key, expires_at }),
  },
  {
    name: "linear",
    about: "Linear > Settings > Security & access > Personal API keys",
    form: "json",
    schema: z.strictObject({
      api_key: z.string().regex(/^lin_(api|oauth)_[A-Za-z0-9]{20,}$/, { error: "does not begin with lin_api_" }),
      expires_at,
    }),
  },
  {
    name: "oncall-api",
    about: "Grafana OnCall > Settings > API tokens",
    form: "json",
    schema: z.strictObject({ token: key, expires_at }),
    optional: true,
  },
  {
    name: "mimir",
    about: "Tenant and token that may read metrics",
    form: "json",
    schema: z.strictObject({ user: z.string().min(1).max(200), token: key, expires_at }),
    optional: true,
  },
  {
    name: "loki",
    about: "Tenant and token that may read logs",
    form: "json",
    schema: z.strictObject({ user: z.string().min(1).max(200), token: key, expires_at }),
    optional: true,
  },
  {
    name: "tempo",
    about: "Tenant and token that may read traces",
    form: "json",
    schema: z.strictObject({ user: z.string().min(1).max(200), token: key, expires_at }),
    optional: true,
  },
  {
    name: "github",
    about: "Fine-grained token: read access to deployments and contents of the repositories in services.yaml",
    form: "json",
    schema: z.strictObject({
      token: z.string().regex(/^(github_pat_|ghp_|ghs_)\w{20,}$/, { error: "is not a GitHub token" }),
      expires_at,
    }),
    optional: true,
  },
  {
    name: "workos",
    about: "WorkOS dashboard > API keys; the directory itself is WORKOS_DIRECTORY_ID",
    form: "json",
    schema: z.strictObject({ api_key: key, expires_at }),
    optional: true,
  },
  {
    name: "fallback-webhook",
    about: "Called when no room could be opened and Slack does not answer",
    form: "text",
    schema: url,
    optional: true,
  },
];

/** Whether an operator may write beside the key when it ends. GitHub says so itself. */
export const takesItsEnd = ({ name, schema }: SecretSpec): boolean =>
  name !== "github" && schema instanceof z.ZodObject && "expires_at" in schema.shape;

/** The end that is written beside a key that can be used; undefined where none is. */
export function writtenEnd(spec: SecretSpec, value: string): string | undefined {
  if (!takesItsEnd(spec)) return undefined;
  const { expires_at: end } = JSON.parse(value) as { expires_at?: string };
  return end;
}

/** What is wrong with a value, never the value itself; empty when it can be used. */
export function secretProblems(spec: SecretSpec, value: string): string[] {
  if (spec.form === "text") return problemsOf(spec.schema, value);
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    return ["is not JSON"];
  }
  return problemsOf(spec.schema, parsed);
}

function problemsOf(schema: z.ZodType, value: unknown): string[] {
  const parsed = schema.safeParse(value);
  if (parsed.success) return [];
  return parsed.error.issues.map(({ path, message }) => [path.join("."), message].filter(Boolean).join(" "));
}

import { readFileSync } from "node:fs";
import { parse } from "yaml";
import * as z from "zod";
import { AppError } from "../../platform/app-error.ts";

const domain = z.string().regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, { error: "is not a domain name" });
const certificate = z.string().regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]+$/, {
  error: "is not the ARN of a certificate",
});
const region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: "is not an AWS region, for example eu-north-1" });
const cidr = z.string().regex(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, { error: "is not an IPv4 range such as 10.0.0.0/8" });

/** What one environment needs to know before it can be built: one YAML file each, none of it secret. */
export const Settings = z
  .strictObject({
    environment: z.enum(["staging", "production"]),
    account: z.string().regex(/^\d{12}$/, { error: "is not an account id; write its 12 digits in quotes" }),
    region,
    /** Written down, because looking them up would need the network. */
    availabilityZones: z
      .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/))
      .min(2)
      .max(3),
    vpcCidr: cidr.default("10.64.0.0/20"),
    public: z.strictObject({ domain, certificate }),
    /** Metrics, readiness, audit and compliance are answered only there. */
    internal: z.strictObject({ domain, certificate, allowedFrom: z.array(cidr).min(1).max(10) }),
    replicas: z.int().min(2, { error: "is below 2: a deploy or a lost zone would be an outage" }).max(10).default(2),
    /** Path of the organisation's services.yaml, relative to the repository. It is built into the image. */
    servicesFile: z.string().min(1).max(300),
    /** How long checkpoints cannot be deleted by anybody, in days. SOC 2 observation periods are a year at most. */
    checkpointRetentionDays: z.int().min(30).max(3_650).default(400),
    /**
     * What signs the audit log: a signer of its own with a key in KMS, or, in a region whose KMS has no Ed25519, the bridge
     * itself with the seed in the secret `audit-signer`. A log is signed by one key for ever, so this is chosen before the first deploy.
     */
    auditKey: z.enum(["kms", "secret"]).default("kms"),
    bedrock: z
      .strictObject({
        /** Inference profiles that may be called, and the regions and models behind them. */
        profiles: z
          .array(z.string().regex(/^[a-z]{2,6}\.[a-z0-9.:-]{3,200}$/))
          .min(1)
          .max(4),
        models: z
          .array(z.string().regex(/^[a-z0-9.:-]{3,200}$/))
          .min(1)
          .max(4),
        regions: z.array(region).min(1).max(10),
      })
      .optional(),
    /** Further environment variables of the bridge, as `bridge/platform/config.ts` names them. */
    bridge: z.record(z.string().regex(/^[A-Z][A-Z0-9_]{1,60}$/), z.string().max(2_000)),
  })
  .superRefine((settings, context) => {
    for (const name of Object.keys(settings.bridge)) {
      if (!SET_BY_THE_STACK.has(name)) continue;
      context.addIssue({ code: "custom", path: ["bridge", name], message: "is set by the stack itself; leave it out" });
    }
    for (const zone of settings.availabilityZones) {
      if (zone.startsWith(settings.region)) continue;
      context.addIssue({
        code: "custom",
        path: ["availabilityZones"],
        message: `${zone} is not in ${settings.region}`,
      });
    }
  });
export type Settings = z.infer<typeof Settings>;

/** Follows from what the stack builds; a second place to write them would be a place to contradict it. */
export const SET_BY_THE_STACK: ReadonlySet<string> = new Set([
  "PORT",
  "INTERNAL_PORT",
  "PUBLIC_BASE_URL",
  "TRUSTED_PROXIES",
  "AWS_REGION",
  "LEDGER_TABLE",
  "INDEX_TABLE",
  "SECRETS_PREFIX",
  "SERVICES_FILE",
  "DYNAMODB_ENDPOINT",
  "SECRETS_ENDPOINT",
  "BEDROCK_ENDPOINT",
  "CHECKPOINT_DIR",
  "CHECKPOINT_BUCKET",
  "S3_ENDPOINT",
  "KMS_ENDPOINT",
  "AUDIT_SIGNING_KEY",
  "AUDIT_SIGNER_URL",
  "AUDIT_KEY_FILE",
]);

/** The settings of an environment cannot be used. */
export class SettingsError extends AppError {
  override readonly name = "SettingsError";
}

/** @throws SettingsError naming the file and every field that is missing or wrong. */
export function readSettings(file: string): Settings {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new SettingsError(
      `${file} cannot be read; copy bridge/deploy/cdk/environments/example.yaml to it and fill it in`,
    );
  }
  const parsed = Settings.safeParse(parse(text));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join(".") || "the file"}: ${message}`);
  throw new SettingsError(`${file} cannot be used:\n${problems.join("\n")}`);
}

import * as z from "zod";
import { auditLogProblems, BridgeConfig, type Config, proxyProblems, readEnvironment } from "../../platform/config.ts";

const of = BridgeConfig.shape;

/** Every variable the signer reads: those of the bridge that it shares with it, and no more. */
export const SignerConfig = z
  .object({
    PORT: of.PORT,
    /** Its own address, as bridges call it. */
    AUDIT_SIGNER_URL: of.AUDIT_SIGNER_URL.unwrap(),
    TRUSTED_PROXIES: of.TRUSTED_PROXIES,
    LOG_LEVEL: of.LOG_LEVEL,
    AWS_REGION: of.AWS_REGION,
    DYNAMODB_ENDPOINT: of.DYNAMODB_ENDPOINT,
    SECRETS_ENDPOINT: of.SECRETS_ENDPOINT,
    S3_ENDPOINT: of.S3_ENDPOINT,
    KMS_ENDPOINT: of.KMS_ENDPOINT,
    LEDGER_TABLE: of.LEDGER_TABLE,
    SECRETS_PREFIX: of.SECRETS_PREFIX,
    SECRET_CACHE_MS: of.SECRET_CACHE_MS,
    CHECKPOINT_DIR: of.CHECKPOINT_DIR,
    CHECKPOINT_BUCKET: of.CHECKPOINT_BUCKET,
    AUDIT_ORIGIN: of.AUDIT_ORIGIN,
    AUDIT_SIGNING_KEY: of.AUDIT_SIGNING_KEY,
    AUDIT_KEY_FILE: of.AUDIT_KEY_FILE,
  })
  .superRefine((config, context) => {
    const problems = [...auditLogProblems(config), ...proxyProblems(config.AUDIT_SIGNER_URL, config)];
    for (const { path, message } of problems) context.addIssue({ code: "custom", path, message });
  });

export type SignerConfig = z.infer<typeof SignerConfig> & Pick<Config, "AWS_CREDENTIALS">;

/** Reads the signer's environment once. @throws ConfigError */
export const readSignerConfig = (env: Readonly<Record<string, string | undefined>>): SignerConfig =>
  readEnvironment(SignerConfig, env);

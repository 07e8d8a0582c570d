import type { Config } from "../platform/config.ts";
import type { Secrets } from "../platform/secrets.ts";
import { openKmsKey } from "./kms-key.ts";
import { parseSigningKey, type SigningKey, signingKeyFromFile } from "./signing-key.ts";

export type SigningKeyConfig = Pick<
  Config,
  "AUDIT_SIGNING_KEY" | "AUDIT_KEY_FILE" | "AUDIT_ORIGIN" | "AWS_REGION" | "AWS_CREDENTIALS" | "KMS_ENDPOINT"
>;

/**
 * The key that the configuration names: one that never leaves KMS, one in a file of this machine, or the seed in the secret
 * `audit-signer`. @throws SigningKeyError, SigningKeyUnavailableError, SigningKeyUnfitError
 */
export async function openSigningKey(
  config: SigningKeyConfig,
  secrets: Pick<Secrets, "current">,
): Promise<SigningKey & { close(): void }> {
  const { AUDIT_SIGNING_KEY: chosen, AUDIT_KEY_FILE: file, AUDIT_ORIGIN: name } = config;
  if (chosen !== undefined) {
    return openKmsKey({
      arn: chosen.slice("kms:".length),
      name,
      region: config.AWS_REGION,
      endpoint: config.KMS_ENDPOINT,
      credentials: config.AWS_CREDENTIALS,
    });
  }
  const key =
    file === undefined
      ? parseSigningKey(await secrets.current("audit-signer"), "the secret audit-signer")
      : await signingKeyFromFile(file, name);
  return { ...key, close: () => {} };
}

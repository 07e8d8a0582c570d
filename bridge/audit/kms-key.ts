import { GetPublicKeyCommand, KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { AppError } from "../platform/app-error.ts";
import { type AwsAccess, awsClientOptions } from "../platform/aws.ts";
import { publicKeyBytes, type VerifierKey, verifierKey } from "./proof/signed-note.ts";
import type { SigningKey } from "./signing-key.ts";

/** KMS did not answer, or not with what was asked for. Whatever waited for the signature is to be asked for again. */
export class SigningKeyUnavailableError extends AppError {
  override readonly name = "SigningKeyUnavailableError";
  constructor(arn: string, call: "GetPublicKey" | "Sign", why: string, options?: { cause: unknown }) {
    super(
      `${arn} did not answer kms:${call} (${why}); nothing was signed. See that this role may call it and that the key is enabled`,
      options,
    );
  }
}

/** The key is not of the kind that signs checkpoints. */
export class SigningKeyUnfitError extends AppError {
  override readonly name = "SigningKeyUnfitError";
  constructor(arn: string, kind: string) {
    super(`${arn} is ${kind}; make a key with KeySpec ${KEY_SPEC} and KeyUsage SIGN_VERIFY`);
  }
}

const KEY_SPEC = "ECC_NIST_EDWARDS25519";
/** Ed25519 over the message itself (MessageType RAW, at most 4,096 bytes), as every verifier of notes expects; not its pre-hashed form. */
const ALGORITHM = "ED25519_SHA_512";
const ATTEMPT_TIMEOUT_MS = 1_000;
/** A publish waits two seconds for its checkpoint, and the signature is only one step of it. */
const SIGN_BUDGET_MS = 1_500;
const READ_BUDGET_MS = 5_000;

export interface KmsKey {
  readonly verifier: VerifierKey;
  close(): void;
}

/**
 * A key that never leaves KMS. Its public half is read once, here; whoever only checks needs no more than that.
 * @throws SigningKeyUnavailableError, SigningKeyUnfitError
 */
export async function openKmsKey(
  deps: { arn: string; name: string } & Omit<AwsAccess, "requestTimeoutMs">,
): Promise<KmsKey & SigningKey> {
  const { arn, name, ...access } = deps;
  const kms = new KMSClient({
    ...awsClientOptions({ ...access, requestTimeoutMs: ATTEMPT_TIMEOUT_MS }),
    maxAttempts: 2,
  });
  const within = (budgetMs: number) => ({
    // One limit over connecting, the SDK's own repeat and the whole answer.
    abortSignal: AbortSignal.timeout(budgetMs),
  });
  const failed = (call: "GetPublicKey" | "Sign") => (cause: Error) => {
    throw new SigningKeyUnavailableError(arn, call, cause.name, { cause });
  };
  try {
    const { PublicKey, KeySpec, KeyUsage } = await kms
      .send(new GetPublicKeyCommand({ KeyId: arn }), within(READ_BUDGET_MS))
      .catch(failed("GetPublicKey"));
    const key = PublicKey && publicKeyBytes(PublicKey);
    if (KeySpec !== KEY_SPEC || KeyUsage !== "SIGN_VERIFY" || !key)
      throw new SigningKeyUnfitError(arn, `a key of the kind ${KeySpec} for ${KeyUsage}`);
    return {
      verifier: verifierKey(name, key),
      async sign(bytes) {
        const { Signature } = await kms
          .send(
            new SignCommand({ KeyId: arn, Message: bytes, MessageType: "RAW", SigningAlgorithm: ALGORITHM }),
            within(SIGN_BUDGET_MS),
          )
          .catch(failed("Sign"));
        if (!Signature) throw new SigningKeyUnavailableError(arn, "Sign", "an answer without a signature");
        return Signature;
      },
      close: () => kms.destroy(),
    };
  } catch (error) {
    kms.destroy();
    throw error;
  }
}

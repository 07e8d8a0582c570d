import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { Secrets } from "../platform/secrets.ts";
import type { AuthRequest, RefusalReason, Scheme } from "./scheme.ts";

/** Whom a token belongs to and what they may do, where an endpoint serves several. */
export interface Reader {
  name: string;
  scopes: readonly string[];
}

export type AuthOutcome =
  | { kind: "accepted"; versionId: string; reader?: Reader }
  | { kind: "refused"; reason: RefusalReason }
  /** The signature does not match, but a newer secret may exist that cannot be asked for now: the sender should come again. */
  | { kind: "uncertain"; reason: RefusalReason };

export type Authenticate = (request: AuthRequest) => Promise<AuthOutcome>;

export interface AuthenticatorDeps {
  scheme: Scheme;
  secretName: string;
  /** Takes the verifier out of the secret's text; the whole text when absent. */
  verifierOf?: ((secret: string) => string) | undefined;
  secrets: Secrets;
  clock: Clock;
  log: Logger;
}

/**
 * Checks a request against the current and the previous secret; a mismatch asks Secrets Manager once more, within its bucket.
 * @throws SecretUnavailableError when there is no secret to check against.
 */
export function createAuthenticator({
  scheme,
  secretName,
  verifierOf = (secret) => secret,
  secrets,
  clock,
  log,
}: AuthenticatorDeps): Authenticate {
  const check = async (request: AuthRequest): Promise<AuthOutcome> => {
    const versions = await secrets.verifiers(secretName);
    const verdict = await scheme(
      request,
      versions.map(({ value }) => verifierOf(value)),
      clock.now(),
    );
    if (!verdict.ok) return { kind: "refused", reason: verdict.reason };
    return { kind: "accepted", versionId: versions[verdict.secret]?.versionId ?? "unknown" };
  };

  return async (request) => {
    const first = await check(request);
    if (first.kind !== "refused" || !isMismatch(first.reason)) return first;
    const refreshed = await secrets.refresh(secretName);
    if (refreshed === "refreshed") return await check(request);
    log.warn("signature-uncertain", { secretName, why: refreshed });
    return { kind: "uncertain", reason: first.reason };
  };
}

/** Well-formed, but made with another secret than ours: the only refusal that a newer secret could turn around. */
const isMismatch = (reason: RefusalReason) => reason === "signature-mismatch" || reason === "token-mismatch";

import { readCredential } from "../../clients/credential.ts";
import type { Authenticate } from "../../ingress/authenticate.ts";
import { bearerToken } from "../../ingress/schemes/bearer-token.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Secrets } from "../../platform/secrets.ts";
import { AuditReaders } from "./reader-secret.ts";

/**
 * `Authorization: Bearer <token>` of somebody in the secret `audit-readers`. Only its current version counts: a reader that was
 * taken out is out. Where there is no such secret nobody may read.
 */
export function createReaderAuthenticator({
  secrets,
  clock,
  log,
}: {
  secrets: Secrets;
  clock: Clock;
  log: Logger;
}): Authenticate {
  const check: Authenticate = async (request) => {
    const exists = (await secrets.optional("audit-readers")) !== undefined;
    const { readers } = exists ? await readCredential(secrets, "audit-readers", AuditReaders) : { readers: [] };
    const verdict = await bearerToken(
      request,
      readers.map(({ token }) => token),
      clock.now(),
    );
    if (!verdict.ok) return { kind: "refused", reason: verdict.reason };
    return { kind: "accepted", versionId: "current", reader: readers[verdict.secret] };
  };
  return async (request) => {
    const first = await check(request);
    if (first.kind !== "refused" || first.reason !== "token-mismatch") return first;
    // Somebody may have been added a moment ago.
    const refreshed = await secrets.refresh("audit-readers");
    if (refreshed === "refreshed") return check(request);
    log.warn("reader-uncertain", { why: refreshed });
    return { kind: "uncertain", reason: first.reason };
  };
}

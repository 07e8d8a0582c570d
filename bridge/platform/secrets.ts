import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { AppError } from "./app-error.ts";
import { type AwsAccess, awsClientOptions } from "./aws.ts";
import type { Clock, Instant } from "./clock.ts";
import type { Logger } from "./logger.ts";
import { noManners, type VendorManners } from "./manners/manners.ts";

export interface SecretVersion {
  /** Safe to log: it says which version matched. */
  versionId: string;
  value: string;
  /** When this version was stored, where Secrets Manager says so. */
  createdAt?: Instant | undefined;
}

export type RefreshOutcome =
  /** Asked again just now: what `verifiers` gives is fresh. */
  | "refreshed"
  /** The last forced refreshes are too recent; the caller cannot know whether its secret is the newest. */
  | "too-many-refreshes"
  /** Secrets Manager did not answer; the cached versions stay in use. */
  | "unavailable";

export interface SecretHealth {
  name: string;
  /** Since the value was last confirmed. */
  ageMs: number;
  /** True when the last attempt to confirm it failed: the cached value is still in use. */
  stale: boolean;
  /** When its current version was stored. */
  createdAt?: Instant | undefined;
}

export interface Secrets {
  /** The current value. @throws SecretUnavailableError when there is none and none can be had. */
  current(name: string): Promise<string>;
  /** As `current`, but undefined when no such secret exists. */
  optional(name: string): Promise<string | undefined>;
  /** What a signature may be checked against: AWSCURRENT, then AWSPREVIOUS if there was a rotation. */
  verifiers(name: string): Promise<readonly SecretVersion[]>;
  /**
   * Asks again before the cache is over, because a signature did not match. All who wait share one request; each secret has
   * a bucket of 3, one back every 10 s, so that bad signatures cannot be turned into load on Secrets Manager.
   */
  refresh(name: string): Promise<RefreshOutcome>;
  health(): readonly SecretHealth[];
}

/** A secret that the work at hand needs cannot be read. */
export class SecretUnavailableError extends AppError {
  override readonly name = "SecretUnavailableError";

  constructor(secretId: string, why: string, options?: { cause: unknown }) {
    super(`secret ${secretId} ${why}; create it in Secrets Manager and let this process read it`, options);
  }
}

export interface SecretsDeps {
  client: SecretsManagerClient;
  /** Put before each name. */
  prefix: string;
  cacheMs: number;
  clock: Clock;
  log: Logger;
  /** Towards Secrets Manager. Default: none. */
  manners?: VendorManners | undefined;
}

type Stage = "AWSCURRENT" | "AWSPREVIOUS";

interface Cached {
  /** Undefined: Secrets Manager says that there is none. */
  version: SecretVersion | undefined;
  confirmedAt: Instant;
  /** Set while the last attempt to confirm failed. */
  failedAt?: Instant | undefined;
}

const BUCKET_SIZE = 3;
const BUCKET_REFILL_MS = 10_000;
/** During an outage each value is asked for at most this often. */
const OUTAGE_RETRY_MS = 5_000;
export const SECRETS_TIMEOUT_MS = 3_000;
const SECRETS_BUDGET_MS = 5_000;

export function createSecretsClient(access: Omit<AwsAccess, "requestTimeoutMs">): SecretsManagerClient {
  return new SecretsManagerClient({
    ...awsClientOptions({ ...access, requestTimeoutMs: SECRETS_TIMEOUT_MS }),
    maxAttempts: 2,
  });
}

export function createSecrets(deps: SecretsDeps): Secrets {
  const { client, prefix, cacheMs, clock, log, manners = noManners } = deps;
  const cache = new Map<string, Cached>();
  const reading = new Map<string, Promise<Cached>>();
  const refreshing = new Map<string, Promise<RefreshOutcome>>();
  const buckets = new Map<string, { tokens: number; at: number }>();
  const idOf = (name: string) => `${prefix}${name}`;

  /** Asks Secrets Manager; on failure keeps what is cached. @throws SecretUnavailableError when nothing is. */
  const read = (name: string, stage: Stage): Promise<Cached> => {
    const key = `${name} ${stage}`;
    const underWay = reading.get(key);
    if (underWay !== undefined) return underWay;
    const attempt = fetchVersion(client, manners, idOf(name), stage)
      .then(
        (version) => {
          const fresh: Cached = { version, confirmedAt: clock.now() };
          const before = cache.get(key);
          if (before?.version?.versionId !== version?.versionId && before) {
            log.info("secret-version-changed", { name, stage, versionId: version?.versionId });
          }
          cache.set(key, fresh);
          return fresh;
        },
        (cause: unknown) => {
          const kept = cache.get(key);
          log[kept ? "warn" : "error"]("secret-unavailable", { name, stage, kept: kept !== undefined, error: cause });
          if (!kept) throw new SecretUnavailableError(idOf(name), "cannot be read", { cause });
          kept.failedAt = clock.now();
          return kept;
        },
      )
      .finally(() => reading.delete(key));
    reading.set(key, attempt);
    return attempt;
  };

  const get = async (name: string, stage: Stage): Promise<SecretVersion | undefined> => {
    const cached = cache.get(`${name} ${stage}`);
    const now = clock.now();
    if (cached && now - cached.confirmedAt < cacheMs) return cached.version;
    if (cached?.failedAt !== undefined && now - cached.failedAt < OUTAGE_RETRY_MS) return cached.version;
    return (await read(name, stage)).version;
  };

  const takeToken = (name: string): boolean => {
    const now = clock.monotonic();
    const bucket = buckets.get(name) ?? { tokens: BUCKET_SIZE, at: now };
    const back = Math.floor((now - bucket.at) / BUCKET_REFILL_MS);
    const tokens = Math.min(BUCKET_SIZE, bucket.tokens + back);
    // A full bucket gathers nothing for later.
    const at = tokens === BUCKET_SIZE ? now : bucket.at + back * BUCKET_REFILL_MS;
    buckets.set(name, { tokens: Math.max(0, tokens - 1), at });
    return tokens > 0;
  };

  return {
    async current(name) {
      const version = await get(name, "AWSCURRENT");
      if (!version) throw new SecretUnavailableError(idOf(name), "does not exist");
      return version.value;
    },

    async optional(name) {
      return (await get(name, "AWSCURRENT"))?.value;
    },

    async verifiers(name) {
      const [current, previous] = await Promise.all([get(name, "AWSCURRENT"), get(name, "AWSPREVIOUS")]);
      if (!current) throw new SecretUnavailableError(idOf(name), "does not exist");
      return previous && previous.versionId !== current.versionId ? [current, previous] : [current];
    },

    refresh(name) {
      const shared = refreshing.get(name);
      if (shared !== undefined) return shared;
      if (!takeToken(name)) return Promise.resolve("too-many-refreshes");
      const attempt = Promise.all([read(name, "AWSCURRENT"), read(name, "AWSPREVIOUS")])
        .then(
          (read): RefreshOutcome => (read.some(({ failedAt }) => failedAt !== undefined) ? "unavailable" : "refreshed"),
        )
        .finally(() => refreshing.delete(name));
      refreshing.set(name, attempt);
      return attempt;
    },

    health() {
      const now = clock.now();
      return [...cache]
        .filter(([key, { version }]) => key.endsWith(" AWSCURRENT") && version !== undefined)
        .map(([key, { version, confirmedAt, failedAt }]) => ({
          name: key.slice(0, key.indexOf(" ")),
          ageMs: now - confirmedAt,
          stale: failedAt !== undefined,
          ...(version?.createdAt === undefined ? {} : { createdAt: version.createdAt }),
        }));
    },
  };
}

/** Undefined when there is no such secret or, before the first rotation, no such stage of it. */
async function fetchVersion(
  client: SecretsManagerClient,
  manners: VendorManners,
  secretId: string,
  stage: Stage,
): Promise<SecretVersion | undefined> {
  try {
    const ask = () =>
      client.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }), {
        // One limit over connecting, the SDK's own repeat and the whole answer.
        abortSignal: AbortSignal.timeout(SECRETS_BUDGET_MS),
      });
    const { SecretString, VersionId, CreatedDate } = await manners.call(
      () => manners.attempt(ask, { priority: "approval", withinMs: SECRETS_BUDGET_MS }),
      SECRETS_BUDGET_MS,
    );
    if (SecretString === undefined || SecretString === "") {
      throw new SecretUnavailableError(secretId, "holds no text");
    }
    return {
      versionId: VersionId ?? "unknown",
      value: SecretString,
      ...(CreatedDate === undefined ? {} : { createdAt: CreatedDate.getTime() }),
    };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

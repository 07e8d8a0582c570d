import { createHmac, timingSafeEqual } from "node:crypto";
import { type Authenticate, createAuthenticator } from "../../ingress/authenticate.ts";
import { firstMatch, refuse, type Scheme } from "../../ingress/scheme.ts";
import type { Clock, Instant } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Secrets } from "../../platform/secrets.ts";

/** So long a link opens its bundle: enough for a click, not for a link that is found later. */
const VALID_MS = 5 * 60_000;
const PATH = "/audit/bundle-link";
/** The functions' requests are signed with the same secret: the label keeps one from ever passing for the other. */
const LABEL = "bundle-link/v1";
const SECRET = "slack-functions";

/** One address for one incident and one person, good until `until`. */
interface Grant {
  incident: string;
  /** Slack id of whoever asked. */
  userId: string;
  /** Unix seconds. */
  until: number;
}

const macOf = ({ incident, userId, until }: Grant, secret: string): Buffer =>
  createHmac("sha256", secret)
    .update(`${LABEL}\n${JSON.stringify([incident, userId, until])}`)
    .digest();

/** Makes the address from which a commander fetches the bundle of their incident, on the bridge's public side. @throws SecretUnavailableError */
export function createBundleLink({
  secrets,
  clock,
  publicUrl,
}: {
  secrets: Pick<Secrets, "current">;
  clock: Clock;
  publicUrl: string;
}): (incident: string, userId: string) => Promise<string> {
  return async (incident, userId) => {
    const grant = { incident, userId, until: Math.floor((clock.now() + VALID_MS) / 1_000) };
    const mac = macOf(grant, await secrets.current(SECRET)).toString("hex");
    return `${publicUrl}${PATH}?${new URLSearchParams({ incident, for: userId, until: String(grant.until), mac })}`;
  };
}

/** Reads the grant out of an address; the order is ours, so that one grant has one address. */
const FORM =
  /^\/audit\/bundle-link\?incident=([A-Za-z0-9-]{1,64})&for=([A-Z0-9]{1,30})&until=(\d{1,12})&mac=([0-9a-f]{64})$/;

function grantOf(path: string): (Grant & { mac: Buffer }) | undefined {
  const [, incident = "", userId = "", until = "", mac = ""] = FORM.exec(path) ?? [];
  return incident === "" ? undefined : { incident, userId, until: Number(until), mac: Buffer.from(mac, "hex") };
}

const scheme: Scheme = ({ path }, secrets, now) => {
  const grant = grantOf(path);
  if (!grant) return refuse("signature-malformed");
  if (!isCurrent(grant, now)) return refuse("timestamp-outside-window");
  return firstMatch(secrets, (secret) => timingSafeEqual(macOf(grant, secret), grant.mac), "signature-mismatch");
};

/** Neither over nor further ahead than any link of ours can be. */
const isCurrent = ({ until }: Grant, now: Instant): boolean =>
  until * 1_000 > now && until * 1_000 <= now + 2 * VALID_MS;

/** Lets whoever holds such an address read that one bundle, under the name of the person it was made for. */
export function createBundleLinkAuthenticator(deps: { secrets: Secrets; clock: Clock; log: Logger }): Authenticate {
  const authenticate = createAuthenticator({ ...deps, scheme, secretName: SECRET });
  return async (request) => {
    const outcome = await authenticate(request);
    const userId = grantOf(request.path)?.userId;
    return outcome.kind === "accepted" && userId !== undefined
      ? { ...outcome, reader: { name: `slack:${userId}`, scopes: ["audit:read"] } }
      : outcome;
  };
}

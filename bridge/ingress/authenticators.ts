import * as z from "zod";
import { createReaderAuthenticator } from "../audit/reading/authenticate-reader.ts";
import { createBundleLinkAuthenticator } from "../audit/reading/bundle-link.ts";
import type { Clock } from "../platform/clock.ts";
import type { Config } from "../platform/config.ts";
import type { Logger } from "../platform/logger.ts";
import type { Secrets } from "../platform/secrets.ts";
import type { RouteAuth } from "../routes.ts";
import { type Authenticate, createAuthenticator } from "./authenticate.ts";
import { alertingHmac } from "./schemes/alerting-hmac.ts";
import { bearerToken } from "./schemes/bearer-token.ts";
import { oncallHmac } from "./schemes/oncall-hmac.ts";
import { oncallTimedHmac } from "./schemes/oncall-timed-hmac.ts";
import { requestSignature } from "./schemes/request-signature.ts";
import { slackHmac } from "./schemes/slack-hmac.ts";

const ONCALL_SCHEMES = { S1T: oncallTimedHmac, S1: oncallHmac, S0: bearerToken };
const SlackCompanion = z.object({ signing_secret: z.string().min(1) });

/** The one way to authenticate each kind of route. No header of a request can choose another. */
export function createAuthenticators(
  config: Pick<Config, "ONCALL_SCHEME" | "ALERTING_TIMESTAMP_HEADER">,
  deps: { secrets: Secrets; clock: Clock; log: Logger },
): Record<Exclude<RouteAuth, "none">, Authenticate> {
  return {
    "oncall-webhook": createAuthenticator({
      ...deps,
      scheme: ONCALL_SCHEMES[config.ONCALL_SCHEME],
      secretName: "oncall-webhook",
    }),
    "alerting-webhook": createAuthenticator({
      ...deps,
      scheme: alertingHmac(config.ALERTING_TIMESTAMP_HEADER),
      secretName: "alerting-webhook",
    }),
    "signed-functions": createAuthenticator({ ...deps, scheme: requestSignature, secretName: "slack-functions" }),
    slack: createAuthenticator({
      ...deps,
      scheme: slackHmac,
      secretName: "slack-companion",
      verifierOf: (secret) => SlackCompanion.parse(JSON.parse(secret)).signing_secret,
    }),
    "audit-reader": createReaderAuthenticator(deps),
    "bundle-link": createBundleLinkAuthenticator(deps),
  };
}

import { randomBytes } from "node:crypto";
import { startRelay } from "../../../bridge/deploy/oncall-relay/server.ts";
import { systemClock } from "../../../bridge/platform/clock.ts";

export interface RelayPart {
  url: string;
  /** What OnCall is configured to send as its `Authorization` header. */
  authorization: string;
  close(): Promise<void>;
}

/** The product's own relay between OnCall and the bridge. */
export async function startRelayPart(options: { bridgeUrl: string; signingSecret: string }): Promise<RelayPart> {
  const authorization = randomBytes(32).toString("base64url");
  const relay = await startRelay({ ...options, authorization, clock: systemClock });
  return { url: relay.url, authorization, close: () => relay.close() };
}

import { createHmac } from "node:crypto";
import { sameText } from "../../ingress/hmac.ts";
import { ONCALL_SIGNATURE_HEADER, ONCALL_TIMESTAMP_HEADER } from "../../ingress/schemes/oncall-headers.ts";
import type { Clock } from "../../platform/clock.ts";
import { sendOnce } from "../../platform/send-once.ts";

export interface RelayOptions {
  /** The exact `Authorization` header OnCall sends; during a rotation the new and the old one. */
  authorization: string | readonly string[];
  /** The bridge's secret `oncall-webhook`. */
  signingSecret: string;
  /** Any address of the bridge; the webhook's path is known. */
  bridgeUrl: string;
  clock: Clock;
}

/** The status to answer OnCall with. `no-answer`: answer nothing at all, so that OnCall times out and calls again. */
export type Relay = (rawBody: Uint8Array, authorization: string | undefined) => Promise<number | "no-answer">;

/** OnCall waits 4 s; the last try must be over before. */
const BUDGET_MS = 3_000;
const PAUSE_MS = 300;
const MAX_TRIES = BUDGET_MS / PAUSE_MS;
/** A load balancer without a bridge behind it, or a bridge that could not store: OnCall repeats nothing that got a status. */
const NOT_TAKEN = new Set([502, 503, 504]);

/** Checks who calls, signs the bytes as they came (S1T) and passes them on. Holds no state, keeps no body. */
export function createRelay({ authorization, signingSecret, bridgeUrl, clock }: RelayOptions): Relay {
  // An empty setting must not admit callers without the header.
  const accepted = [authorization].flat().filter((one) => one !== "");
  const url = new URL("/webhooks/grafana-oncall", bridgeUrl).href;

  return async (rawBody, given = "") => {
    if (!accepted.map((one) => sameText(one, given)).includes(true)) return 401;
    const startedAt = clock.monotonic();
    const leftMs = () => BUDGET_MS - (clock.monotonic() - startedAt);
    for (let tries = 0; tries < MAX_TRIES && leftMs() > 0; tries += 1) {
      // A new stamp for each try: what waited must not look like a replay.
      const stamp = String(Math.floor(clock.now() / 1_000));
      const signature = createHmac("sha256", signingSecret).update(`${stamp}:`).update(rawBody).digest("hex");
      const headers = {
        "content-type": "application/json",
        [ONCALL_TIMESTAMP_HEADER]: stamp,
        [ONCALL_SIGNATURE_HEADER]: signature,
      };
      // Trying again after an unknown outcome is harmless: the bridge knows a repeat when it sees one.
      const outcome = await sendOnce({ method: "POST", url, headers, body: rawBody, timeoutMs: leftMs() });
      if (outcome.kind === "answered" && !NOT_TAKEN.has(outcome.status)) return outcome.status;
      await new Promise((resolve) => setTimeout(resolve, Math.min(PAUSE_MS, Math.max(0, leftMs()))));
    }
    return "no-answer";
  };
}

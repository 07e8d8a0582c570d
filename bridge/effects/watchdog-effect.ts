import { recordRungAgain, recordWatchdog } from "../incident/decide/room.ts";
import { isRestricted } from "../incident/restricted.ts";
import type { Incident } from "../incident/state.ts";
import { linksOf } from "../incident/views/context-view.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import type { Doorbell } from "../outbox/doorbell.ts";
import type { Http } from "../platform/http.ts";
import type { Logger } from "../platform/logger.ts";
import type { Companion } from "../slack-api/companion.ts";
import { BRIDGE } from "./bridge-actor.ts";
import type { EffectHandler } from "./effect-handlers.ts";

export interface WatchdogDeps {
  ledger: Ledger;
  doorbell: Doorbell;
  companion: Pick<Companion, "postMessage" | "groupMembers">;
  http: Http;
  /** The webhook for when Slack itself is down; undefined where none is configured. */
  fallbackWebhook: () => Promise<string | undefined>;
  alertsChannel: string;
  /** The group that is mentioned. */
  group: string;
  log: Logger;
}

/** No room yet: the ring may have been lost. */
export const ringAgainEffect =
  (deps: Pick<WatchdogDeps, "ledger" | "doorbell">): EffectHandler<"ring-again"> =>
  async (effect, state) => {
    const waitMs = await deps.doorbell.ring("no room yet");
    if (waitMs > 0) return { later: waitMs };
    await deps.ledger.execute(state.id, { commandId: effect.id, actor: BRIDGE }, (now) =>
      recordRungAgain(now, { afterMs: Math.round(effect.afterMs) }),
    );
    return "done";
  };

/** Still no room: people must hear of the alert in another way. Both ways are used; what did not work is recorded. */
export const watchdogSpeakEffect =
  (deps: WatchdogDeps): EffectHandler<"watchdog-speak"> =>
  async (effect, state) => {
    const [posted, fallbackWebhook] = await Promise.all([postToAlerts(state, deps), callFallback(state, deps)]);
    if (posted.kind === "failed" && fallbackWebhook !== "posted") {
      deps.log.error("watchdog-could-not-speak", { incident: state.id, reason: posted.why, fallbackWebhook });
      return { later: 10_000 };
    }
    await deps.ledger.execute(state.id, { commandId: effect.id, actor: BRIDGE }, (now) =>
      recordWatchdog(now, {
        afterMs: Math.round(effect.afterMs),
        alertsChannel: posted.kind,
        fallbackWebhook,
        error: posted.kind === "failed" ? inLedgerForm(posted.why) : null,
      }),
    );
    return "done";
  };

type Posted = { kind: "posted" } | { kind: "failed"; why: string };

async function postToAlerts(state: Incident, { companion, alertsChannel, group }: WatchdogDeps): Promise<Posted> {
  const members = await companion.groupMembers(group);
  const mention = "error" in members ? `@${group}` : `<!subteam^${members.groupId}>`;
  const sent = await companion.postMessage(alertsChannel, `${mention} ${alarm(state)}`);
  return "error" in sent ? { kind: "failed", why: sent.error } : { kind: "posted" };
}

async function callFallback(state: Incident, deps: WatchdogDeps): Promise<"posted" | "failed" | "not-configured"> {
  const url = await deps.fallbackWebhook();
  if (url === undefined) return "not-configured";
  try {
    await deps.http.send({
      method: "POST",
      url,
      body: { text: alarm(state) },
      retry: "never",
      describedAs: "POST fallback-webhook",
    });
    return "posted";
  } catch (error) {
    deps.log.warn("fallback-webhook-failed", { incident: state.id, error });
    return "failed";
  }
}

/** Says what fires and where to look, without needing a room; of a restricted incident only where to look. */
function alarm(state: Incident): string {
  if (isRestricted(state)) {
    return `No war room could be opened for the restricted incident ${state.id}. Look in Grafana OnCall for what fires, and do not name it here.`;
  }
  const { opened } = state;
  const plain = (text: string) => text.replace(/[<>&]/g, " ");
  const links = linksOf(state).map(({ title, url }) => `${title}: ${url}`);
  return [
    `No war room could be opened for ${state.id} (${state.severity}, ${plain(opened?.service ?? "unknown")}): ${plain(opened?.title ?? "")}.`,
    "Work from here until it opens.",
    ...links,
  ].join("\n");
}

import { exploreLinks } from "../context/explore-links.ts";
import { readContext } from "../context/read-context.ts";
import { draftPostmortemEffect } from "../effects/draft-postmortem-effect.ts";
import { draftUpdateEffect } from "../effects/draft-update-effect.ts";
import type { EffectHandlers } from "../effects/effect-handlers.ts";
import { filePostmortemEffect } from "../effects/file-postmortem-effect.ts";
import { findRespondersEffect } from "../effects/find-responders-effect.ts";
import { gatherContextEffect } from "../effects/gather-context-effect.ts";
import { giveUpClosingEffect } from "../effects/give-up-closing-effect.ts";
import { moveAlertsEffect } from "../effects/move-alerts-effect.ts";
import { nudgeEffect } from "../effects/nudge-effect.ts";
import type { PagingDeps } from "../effects/paging-effects.ts";
import { acknowledgeGroupEffect, escalateEffect, pollPageEffect, sendPageEffect } from "../effects/paging-effects.ts";
import { linkPostmortemEffect, watchReviewEffect } from "../effects/postmortem-care-effects.ts";
import { proposeHoldingEffect } from "../effects/propose-holding-effect.ts";
import {
  expireDraftEffect,
  lapseEffect,
  publishEffect,
  reconcileEffect,
  watchPageEffect,
  watchTwinEffect,
} from "../effects/publish-effects.ts";
import { attachRunbookEffect, raiseSeverityEffect } from "../effects/runbook-effects.ts";
import { ringAgainEffect, watchdogSpeakEffect } from "../effects/watchdog-effect.ts";
import { witnessEffect } from "../effects/witness-effect.ts";
import type { EffectTiming } from "../incident/pending-effects.ts";
import type { Doorbell } from "../outbox/doorbell.ts";
import { draftPostmortem, recordAlone } from "../postmortem/draft-postmortem.ts";
import { filePostmortem } from "../postmortem/file-postmortem.ts";
import { namesOfActors } from "../postmortem/names-of-actors.ts";
import { findResponders } from "../responders/find-responders.ts";
import type { Drafting } from "./drafting.ts";
import type { Gate } from "./gate.ts";
import type { Platform } from "./platform.ts";
import type { RecordParts } from "./record.ts";
import type { Vendors } from "./vendors.ts";

interface Parts {
  platform: Platform;
  vendors: Vendors;
  record: RecordParts;
  gate: Gate;
  drafting: Drafting;
  doorbell: Doorbell;
  timing: EffectTiming;
  pages: PagingDeps;
}

/** Who does what is owed. What is Slack's to do lies in the outbox. */
export function wireEffects({
  platform,
  vendors,
  record,
  gate,
  drafting,
  doorbell,
  timing,
  pages,
}: Parts): EffectHandlers {
  const { config, clock, random, log, outbound, secrets, services, library } = platform;
  const { oncall, mimir, loki, tempo, github, directory, companion, world } = vendors;
  const { ledger, correlation, rows, vaults, audit } = record;
  const { template, language, drafter, postmortem } = drafting;
  const prefetch = { clock, budgetMs: config.PREFETCH_BUDGET_MS };
  const care = { ...postmortem, ledger, clock, lookEveryMs: config.REVIEW_LOOK_MS, log };
  return {
    "send-page": sendPageEffect(pages),
    "poll-page": pollPageEffect(pages),
    "acknowledge-group": acknowledgeGroupEffect(pages),
    escalate: escalateEffect({ ledger, world: world.view, timing }),
    "find-responders": findRespondersEffect({
      ledger,
      find: (wanted) =>
        findResponders(wanted, {
          ...prefetch,
          oncall,
          directory,
          slack: companion,
          services,
          teamId: config.SLACK_TEAM_ID,
        }),
    }),
    "gather-context": gatherContextEffect({
      ledger,
      clock,
      read: (about) =>
        readContext(about, { mimir, loki, tempo, github, oncall, services, clock, budgetMs: config.CONTEXT_BUDGET_MS }),
      links: (about) => exploreLinks({ ...about, entry: services.entry(about.service) }, services.grafana),
    }),
    "draft-update": draftUpdateEffect({
      ledger,
      drafter,
      template,
      world: world.view,
      pageId: config.STATUSPAGE_PAGE_ID,
      clock,
      log,
    }),
    "propose-holding": proposeHoldingEffect({
      ledger,
      template,
      world: world.view,
      pageId: config.STATUSPAGE_PAGE_ID,
      clock,
      random,
      log,
    }),
    publish: publishEffect(gate),
    reconcile: reconcileEffect(gate),
    lapse: lapseEffect(gate),
    "expire-draft": expireDraftEffect({ ledger }),
    "draft-postmortem": draftPostmortemEffect({
      ledger,
      random,
      draft: async (incidentId, entries) =>
        language
          ? draftPostmortem(
              { incidentId, entries, names: await namesOfActors(entries, postmortem.nameOf) },
              { model: language.model, vaults, log },
            )
          : recordAlone(null),
    }),
    "file-postmortem": filePostmortemEffect({
      ledger,
      random,
      file: (state, entries) => filePostmortem({ state, entries, deps: postmortem }),
    }),
    "link-postmortem": linkPostmortemEffect(care),
    "watch-review": watchReviewEffect(care),
    "watch-twin": watchTwinEffect(gate),
    "watch-page": watchPageEffect(gate),
    "move-alerts": moveAlertsEffect({ ledger, correlation, rows }),
    witness: witnessEffect({ ledger, signer: audit.signer }),
    "attach-runbook": attachRunbookEffect({ ledger, library, log }),
    "raise-severity": raiseSeverityEffect({ ledger, clock, services }),
    "give-up-closing": giveUpClosingEffect({ ledger, log }),
    nudge: nudgeEffect({ ledger, world: world.view }),
    "ring-again": ringAgainEffect({ ledger, doorbell }),
    "watchdog-speak": watchdogSpeakEffect({
      ledger,
      doorbell,
      companion,
      http: outbound.to("fallback-webhook"),
      fallbackWebhook: () => secrets.optional("fallback-webhook"),
      alertsChannel: config.ALERTS_CHANNEL,
      group: services.fallbackGroup,
      log,
    }),
  };
}

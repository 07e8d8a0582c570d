import { declareIncident } from "../api/declare-incident.ts";
import { signedHandlers } from "../api/signed-handlers.ts";
import { createApps } from "../app.ts";
import { createAuditFacts } from "../audit/reading/audit-facts.ts";
import { createBundleLink } from "../audit/reading/bundle-link.ts";
import { createBriefs } from "../briefs.ts";
import { isUnavailable } from "../clients/unavailable.ts";
import { createCommands } from "../commands/create-commands.ts";
import { markEveryMs } from "../drafting/language-model.ts";
import type { EffectTiming } from "../incident/pending-effects.ts";
import { createBriefMarks } from "../index-table/brief-marks.ts";
import { createDeadLetters } from "../ingress/dead-letters.ts";
import { createHealth } from "../ingress/health.ts";
import { createSchemaRefusals } from "../ingress/schema-refusals.ts";
import { createTransport } from "../ingress/transport.ts";
import { createOfferProof } from "../offered-proof.ts";
import type { Doorbell } from "../outbox/doorbell.ts";
import { markRoom } from "../outbox/mark-room.ts";
import { createPreparePage } from "../paging/prepare-page.ts";
import { createFindOnPage } from "../publish-gate/find-on-page.ts";
import { carriesSecret } from "../runbooks/carries-secret.ts";
import type { Auditing } from "./auditing.ts";
import type { Drafting } from "./drafting.ts";
import type { Gate } from "./gate.ts";
import type { Loops } from "./loops.ts";
import type { Paging } from "./paging.ts";
import type { Platform } from "./platform.ts";
import type { RecordParts } from "./record.ts";
import type { Vendors } from "./vendors.ts";

interface Parts {
  platform: Platform;
  vendors: Vendors;
  record: RecordParts;
  gate: Gate;
  drafting: Drafting;
  pages: Paging;
  doorbell: Doorbell;
  timing: EffectTiming;
  loops: Loops;
  auditing: Pick<Auditing, "handlers">;
  stopping: () => boolean;
}

/** Everything that answers: webhooks, the hosted app, slash commands, operators and auditors. */
export function wireApps(parts: Parts): ReturnType<typeof createApps> {
  const { platform, vendors, record, gate, drafting, pages, doorbell, timing, loops, auditing, stopping } = parts;
  const { config, clock, random, log, tasks, metrics, tracing, outbound, dynamo, secrets, services, library, index } =
    platform;
  const { page, world, lookUpApprover } = vendors;
  const { ledger, leases, rows, correlation, heartbeat, inbox, audit, wake } = record;
  const { language, markMessages } = drafting;
  const preparePage = createPreparePage(pages);
  const refusals = createSchemaRefusals({ clock });
  const findOnPage = createFindOnPage(gate.page);
  const offerProof = createOfferProof({
    carriesSecret: (text) => carriesSecret(world.view, text),
    proveBundle: audit.proveBundle,
  });
  const brief = createBriefs({ ledger, marks: createBriefMarks({ index }), world: world.view, clock, log });
  const commands = createCommands({
    auditFacts: createAuditFacts({ verification: audit.verification, clock }),
    bundleLink: createBundleLink({ secrets, clock, publicUrl: config.PUBLIC_BASE_URL }),
    ledger,
    library,
    opensRoom: services.opensRoom,
    carriesSecret: (text) => carriesSecret(world.view, text),
    offerProof,
    lookUpApprover,
    findOnPage,
    preparePage,
    incidentOfChannel: async (channel) => {
      const incident = await rows.incidentOf(channel);
      return incident === undefined ? undefined : ledger.load(incident);
    },
    brief,
    findIncident: async (id) => {
      const incident = await ledger.load(id);
      return incident.status === "none" ? undefined : incident;
    },
    services: services.names,
    declareIncident: (wish, by, budgetMs) =>
      declareIncident({ ...wish, class: "default", by }, budgetMs, {
        ledger,
        correlation,
        rows,
        services,
        library,
        clock,
      }),
    reserveIncident: () => correlation.reserve(clock.now()),
    grace: timing,
    links: async () => world.triggers().links,
    teamId: config.SLACK_TEAM_ID,
    http: outbound.to("slack-response"),
    clock,
    log,
    tasks,
  });
  return createApps({
    handlers: {
      ...signedHandlers({
        api: {
          ledger,
          correlation,
          rows,
          services,
          library,
          world: world.view,
          clock,
          random,
          teamId: config.SLACK_TEAM_ID,
          approvalTtlMs: config.APPROVAL_TTL_MS,
          lookUpApprover,
          offerProof,
          brief,
          preparePage,
          components: world.components,
          findOnPage,
        },
        claim: {
          rows,
          ledger,
          leases,
          world: world.view,
          timing,
          drain: loops.drain,
          wake,
          clock,
          log,
          leaseMs: config.EFFECT_LEASE_MS,
          maxWaitMs: config.CLAIM_WAIT_MS,
          stopping,
          channels: { alerts: config.ALERTS_CHANNEL, announcements: config.ANNOUNCE_CHANNEL },
        },
        report: {
          ledger,
          leases,
          drain: loops.drain,
          clock,
          log,
          leaseMs: config.EFFECT_LEASE_MS,
          grace: timing,
          roomRead: (incident, n, read) => {
            if (markMessages)
              tasks.track(
                "mark-room",
                markRoom(incident, n, read, {
                  ledger,
                  leases,
                  clock,
                  markEveryMs: markEveryMs(config),
                  mark: markMessages,
                }),
              );
          },
        },
        sweepSeen: () => heartbeat.beat(),
      }),
      ...auditing.handlers,
      slack: commands.router,
    },
    deps: {
      config,
      secrets,
      inbox,
      deadLetters: createDeadLetters({ client: dynamo, table: config.INDEX_TABLE, inbox, clock }),
      refusals,
      clock,
      log,
      transport: createTransport(config),
      metrics,
      tracing,
      health: createHealth({
        config,
        secrets,
        refusals,
        modelLogging: () => language?.logging.current().kind,
        reconciled: loops.reconciler.lastRound,
        clock,
        sweepSilent: loops.sweepSilent,
      }),
      ready: async () => {
        const checks: [string, Promise<unknown>][] = [
          ["store", index.get("READY", "R")],
          ["secrets", secrets.current("slack-triggers")],
          [
            "status page",
            page
              .components()
              .then((read) => (isUnavailable(read) || read.stale ? Promise.reject(new Error("unavailable")) : read)),
          ],
        ];
        const results = await Promise.allSettled(checks.map(([, check]) => check));
        const unreachable = checks.filter((_, place) => results[place]?.status === "rejected").map(([name]) => name);
        if (doorbell.trouble() !== undefined) unreachable.push("doorbell");
        return { ready: unreachable.length === 0, unreachable };
      },
      onAlertStored: loops.intake,
    },
  });
}

import { setTimeout as sleepUntil } from "node:timers/promises";
import * as z from "zod";
import { declareIncident } from "./api/declare-incident.ts";
import { signedHandlers } from "./api/signed-handlers.ts";
import { createApps } from "./app.ts";
import { createApproverLookup } from "./approvers.ts";
import { createAudit } from "./audit/audit.ts";
import { createAuditFacts } from "./audit/reading/audit-facts.ts";
import { createExportIncident } from "./audit/reading/export-incident.ts";
import { createReadBudget } from "./audit/reading/read-budget.ts";
import { createRecordRead } from "./audit/reading/record-read.ts";
import { createVerifyAudit } from "./audit/reading/verify-audit.ts";
import { createReportBreak } from "./audit/report-break.ts";
import { createBriefs } from "./briefs.ts";
import { createGatePageReader } from "./clients/gate-page-reader.ts";
import { createGithubClient } from "./clients/github-client.ts";
import { createLokiClient } from "./clients/loki-client.ts";
import { createMimirClient } from "./clients/mimir-client.ts";
import { createOnCallClient } from "./clients/oncall-client.ts";
import { createOnCallPaging } from "./clients/oncall-paging.ts";
import { createStatuspageReader } from "./clients/statuspage-reader.ts";
import { createTempoClient } from "./clients/tempo-client.ts";
import { isUnavailable } from "./clients/unavailable.ts";
import { createCommands } from "./commands/create-commands.ts";
import { createControls } from "./compliance/controls.ts";
import { credentialGauges } from "./compliance/credential-ages.ts";
import { createListControls } from "./compliance/list-controls.ts";
import { shippedControls } from "./compliance/shipped-controls.ts";
import { exploreLinks } from "./context/explore-links.ts";
import { readContext } from "./context/read-context.ts";
import { masterKeyWrapping } from "./details/key-wrapping.ts";
import { revealedWords } from "./details/revealed-words.ts";
import { revealingLedger } from "./details/revealing-ledger.ts";
import { createSealedDetails } from "./details/sealed-details.ts";
import { createLanguageModel, markEveryMs } from "./drafting/language-model.ts";
import { createMarkMessages } from "./drafting/mark-messages.ts";
import { createModelDrafter } from "./drafting/model-drafter.ts";
import { createTemplateDrafter } from "./drafting/template-drafter.ts";
import { draftPostmortemEffect } from "./effects/draft-postmortem-effect.ts";
import { draftUpdateEffect } from "./effects/draft-update-effect.ts";
import type { EffectHandlers } from "./effects/effect-handlers.ts";
import { filePostmortemEffect } from "./effects/file-postmortem-effect.ts";
import { findRespondersEffect } from "./effects/find-responders-effect.ts";
import { gatherContextEffect } from "./effects/gather-context-effect.ts";
import { giveUpClosingEffect } from "./effects/give-up-closing-effect.ts";
import { moveAlertsEffect } from "./effects/move-alerts-effect.ts";
import { nudgeEffect } from "./effects/nudge-effect.ts";
import { acknowledgeGroupEffect, escalateEffect, pollPageEffect, sendPageEffect } from "./effects/paging-effects.ts";
import { linkPostmortemEffect, watchReviewEffect } from "./effects/postmortem-care-effects.ts";
import { proposeHoldingEffect } from "./effects/propose-holding-effect.ts";
import {
  expireDraftEffect,
  lapseEffect,
  publishEffect,
  reconcileEffect,
  watchPageEffect,
  watchTwinEffect,
} from "./effects/publish-effects.ts";
import { createReactor, type Reactor } from "./effects/reactor.ts";
import { runEffects } from "./effects/run-effects.ts";
import { attachRunbookEffect, raiseSeverityEffect } from "./effects/runbook-effects.ts";
import { createSweepWatch } from "./effects/sweep-watch.ts";
import { createSweeper } from "./effects/sweeper.ts";
import { ringAgainEffect, watchdogSpeakEffect } from "./effects/watchdog-effect.ts";
import { witnessEffect } from "./effects/witness-effect.ts";
import type { EffectTiming } from "./incident/pending-effects.ts";
import type { Incident } from "./incident/state.ts";
import { createBriefMarks } from "./index-table/brief-marks.ts";
import { createCorrelationRows } from "./index-table/correlation.ts";
import { createHeartbeat } from "./index-table/heartbeat.ts";
import { createIncidentRows } from "./index-table/incident-rows.ts";
import { createIndexTable } from "./index-table/index-table.ts";
import { createLeases } from "./index-table/leases.ts";
import { createSealedVaults } from "./index-table/sealed-vaults.ts";
import { createTokenBucket, type TokenBucket } from "./index-table/token-bucket.ts";
import { createDeadLetters } from "./ingress/dead-letters.ts";
import { createHealth } from "./ingress/health.ts";
import { createInbox } from "./ingress/inbox.ts";
import { createSchemaRefusals } from "./ingress/schema-refusals.ts";
import { createTransport } from "./ingress/transport.ts";
import { createIntake } from "./intake/intake.ts";
import { createLedger } from "./ledger/ledger.ts";
import { createLedgerStore } from "./ledger/ledger-store.ts";
import { createSystemStream, SYSTEM_STREAM } from "./ledger/system-stream.ts";
import { tracedLedger } from "./ledger/traced-ledger.ts";
import { createOfferProof } from "./offered-proof.ts";
import { createDoorbell, RING_BURST, RINGS_PER_MINUTE } from "./outbox/doorbell.ts";
import { createDrainMark } from "./outbox/drain-mark.ts";
import { markRoom } from "./outbox/mark-room.ts";
import { createOfferWork } from "./outbox/offer-work.ts";
import { createWake } from "./outbox/wake.ts";
import { createPreparePage } from "./paging/prepare-page.ts";
import type { Clock } from "./platform/clock.ts";
import type { Config } from "./platform/config.ts";
import { createDynamoClient } from "./platform/dynamo.ts";
import { sendOnce } from "./platform/http.ts";
import { startListener } from "./platform/listener.ts";
import type { Logger } from "./platform/logger.ts";
import { judgeAws } from "./platform/manners/judge-aws.ts";
import { createManners } from "./platform/manners/manners.ts";
import { createOutbound } from "./platform/outbound.ts";
import type { Random } from "./platform/random.ts";
import { createSecrets, createSecretsClient } from "./platform/secrets.ts";
import { watchStoreSkew } from "./platform/store-skew.ts";
import { createTasks } from "./platform/tasks.ts";
import { createIncidentMetrics } from "./platform/telemetry/incident-metrics.ts";
import { createMetrics } from "./platform/telemetry/metrics.ts";
import { createTracing, noTracing } from "./platform/telemetry/tracing.ts";
import { draftPostmortem, recordAlone } from "./postmortem/draft-postmortem.ts";
import { filePostmortem } from "./postmortem/file-postmortem.ts";
import { createLinearClient, judgeLinear } from "./postmortem/linear-client.ts";
import { namesOfActors } from "./postmortem/names-of-actors.ts";
import { createFindOnPage } from "./publish-gate/find-on-page.ts";
import { createStatuspageWrite } from "./publish-gate/statuspage-write.ts";
import { createReconciler } from "./reconciler/reconciler.ts";
import { incidentKeyOf, vaultKeyOf } from "./redaction/index.ts";
import { createCachedDirectory } from "./responders/cached-directory.ts";
import { findResponders } from "./responders/find-responders.ts";
import { createWorkosDirectory } from "./responders/workos-directory.ts";
import { carriesSecret } from "./runbooks/carries-secret.ts";
import { loadRunbooks } from "./runbooks/load-runbooks.ts";
import { loadServices } from "./services/load-services.ts";
import { createCompanion } from "./slack-api/companion.ts";
import { judgeSlack } from "./slack-api/judge-slack.ts";
import { createWorld } from "./world.ts";

export interface BridgeDeps {
  config: Config;
  clock: Clock;
  random: Random;
  log: Logger;
}

export interface RunningBridge {
  port: number;
  internalPort: number;
  /** Takes no new work, finishes what it has begun, then ends. */
  stop(): Promise<void>;
}

/** Requests and work under way get this long at a stop: longer than one publish. */
const STOP_GRACE_MS = 25_000;

/** Puts the bridge together and opens both listeners. @throws when a secret, services.yaml or a port is not usable. */
export async function startBridge({ config, clock, random, log }: BridgeDeps): Promise<RunningBridge> {
  const owner = `bridge-${random.uuid()}`;
  const aws = (endpoint: string | undefined) => ({
    region: config.AWS_REGION,
    endpoint,
    credentials: config.AWS_CREDENTIALS,
  });

  // 1. Platform.
  const tasks = createTasks({ log });
  const { OTEL_EXPORTER_OTLP_ENDPOINT: collector } = config;
  const metrics = createMetrics({ collector });
  const countEvents = createIncidentMetrics(metrics);
  const lastSweep = metrics.gauge("ic_last_sweep_timestamp_seconds", "When Slack's scheduled sweep was last heard of.");
  const tracing = collector === undefined ? noTracing : createTracing({ collector });
  const timeoutMs = config.VENDOR_TIMEOUT_MS;
  const manners = createManners({ clock, metrics, log, breakerOpenMs: config.BREAKER_OPEN_MS });
  const outbound = createOutbound({ clock, timeoutMs, log, manners });
  const dynamo = createDynamoClient(aws(config.DYNAMODB_ENDPOINT));
  const storeSkewMs = watchStoreSkew(dynamo, clock);
  const secrets = createSecrets({
    client: createSecretsClient(aws(config.SECRETS_ENDPOINT)),
    prefix: config.SECRETS_PREFIX,
    cacheMs: config.SECRET_CACHE_MS,
    clock,
    log,
    manners: manners.of("secrets", judgeAws),
  });
  const services = loadServices(config.SERVICES_FILE);
  const library = loadRunbooks({ overlay: config.RUNBOOKS_DIR });

  const index = createIndexTable({ dynamo, table: config.INDEX_TABLE });

  // 2. Vendors. Reads and the one write of the status page share its limit of one request a second.
  const pageBucket = createTokenBucket({ index, clock, name: "statuspage", burst: 5, refillMs: 1_000 });
  const page = createStatuspageReader({
    http: outbound.to("statuspage"),
    secrets,
    clock,
    log,
    url: config.STATUSPAGE_API_URL,
    pageId: config.STATUSPAGE_PAGE_ID,
    timeoutMs,
    pace: pacedBy(pageBucket),
  });
  const companion = createCompanion({
    secrets,
    clock,
    log,
    slackApiUrl: config.SLACK_API_URL,
    timeoutMs,
    manners: manners.of("slack", judgeSlack),
  });
  const oncall = createOnCallClient({ http: outbound.to("oncall"), secrets, url: config.ONCALL_API_URL, log });
  const paging = createOnCallPaging({
    http: outbound.to("oncall"),
    sendOnce,
    secrets,
    url: config.ONCALL_API_URL,
    timeoutMs,
    log,
  });
  const mimir = createMimirClient({ http: outbound.to("mimir"), secrets, url: config.MIMIR_URL, log });
  const loki =
    config.LOKI_URL === undefined
      ? undefined
      : createLokiClient({ http: outbound.to("loki"), secrets, url: config.LOKI_URL, log });
  const tempo =
    config.TEMPO_URL === undefined
      ? undefined
      : createTempoClient({ http: outbound.to("tempo"), secrets, url: config.TEMPO_URL, log });
  const github = createGithubClient({ http: outbound.to("github"), secrets, url: config.GITHUB_API_URL, log });
  const directoryId = config.WORKOS_DIRECTORY_ID;
  const directory =
    directoryId === undefined
      ? undefined
      : createCachedDirectory({
          clock,
          directory: createWorkosDirectory({
            http: outbound.to("workos"),
            secrets,
            url: config.WORKOS_API_URL,
            directoryId,
            clock,
            log,
          }),
        });
  const world = await createWorld({
    secrets,
    page,
    slack: companion,
    services,
    pageId: config.STATUSPAGE_PAGE_ID,
    nudgeEveryMs: config.NUDGE_EVERY_MS,
    archiveAfterMs: config.ARCHIVE_AFTER_MS,
    askAgainMs: config.ASK_AGAIN_MS,
    markEveryMs: markEveryMs(config),
    log,
  });
  const lookUpApprover = createApproverLookup({ companion, group: services.approvers.slackGroup, clock });

  // 3. Truth and its index.
  const leases = createLeases({ index, clock });
  const rows = createIncidentRows({ index });
  const correlation = createCorrelationRows({ index, random });
  const heartbeat = createHeartbeat({ index, clock });
  const inbox = createInbox({ client: dynamo, table: config.INDEX_TABLE, clock, log });
  const masterKey = () => secrets.current("redaction-master");
  const vaults = createSealedVaults({
    index,
    keys: {
      incidentKey: async (incident) => incidentKeyOf(await masterKey(), incident),
      dataKey: async (incident) => vaultKeyOf(await masterKey(), incident),
    },
    clock,
  });
  const usesModel = config.DRAFTER !== "template";
  const audit = await createAudit({ config, secrets, dynamo, rows, index, leases, owner, metrics, clock, tasks, log });
  const wake = createWake();
  // The reactor needs the ledger and the ledger tells the reactor: the one knot, tied here.
  const reacting: { reactor?: Reactor } = {};
  const ledgerStore = createLedgerStore({ dynamo, table: config.LEDGER_TABLE });
  const system = createSystemStream({
    store: ledgerStore,
    clock,
    random,
    log,
    onAppend: (events) => audit.appended(SYSTEM_STREAM, events),
  });
  const details = createSealedDetails({
    index,
    table: config.INDEX_TABLE,
    wrapping: masterKeyWrapping(masterKey),
    log,
  });
  const sealedLedger = createLedger({
    store: ledgerStore,
    keepWords: details.keep,
    clock,
    random,
    sleep,
    standing: audit.standing,
    onAppend: (state, events) => {
      countEvents(state, events);
      audit.appended(state.id, events);
      // Said again when the room is archived, in case that this process dies in between.
      if (
        usesModel &&
        state.resolved &&
        events.some(({ type }) => type === "IncidentResolved" || type === "RoomArchived")
      )
        tasks.track("close-vault", vaults.closed(state.id, state.resolved.at));
      wake.signal();
      reacting.reactor?.changed(state);
    },
  });
  const ledger = tracedLedger(revealingLedger(sealedLedger, { details, clock, log }), tracing);

  // 4. What is owed and who does it.
  const timing: EffectTiming = {
    watchdogRingMs: config.WATCHDOG_RING_MS,
    witness: audit.signer !== undefined,
    watchdogPostMs: config.WATCHDOG_POST_MS,
    repaintEveryMs: config.REPAINT_EVERY_MS,
    cardGraceMs: config.CARD_GRACE_MS,
    cardLapseMs: config.CARD_LAPSE_MS,
    archiveAfterMs: config.ARCHIVE_AFTER_MS,
    noiseArchiveAfterMs: config.NOISE_ARCHIVE_AFTER_MS,
    pageAckMs: config.PAGE_ACK_MS,
    pageGiveUpMs: config.PAGE_GIVE_UP_MS,
    commandOfferMs: config.COMMAND_OFFER_MS,
    handoverLapseMs: config.HANDOVER_LAPSE_MS,
    commandSilenceMs: config.COMMAND_SILENCE_MS,
  };
  const doorbell = createDoorbell({
    url: async () => world.triggers().doorbell,
    http: outbound.to("slack-trigger"),
    bucket: createTokenBucket({
      index,
      clock,
      name: "doorbell",
      burst: RING_BURST,
      refillMs: 60_000 / RINGS_PER_MINUTE,
    }),
    clock,
    log,
  });
  const gate = {
    ledger,
    clock,
    random,
    log,
    owner,
    ourTeam: config.SLACK_TEAM_ID,
    lookUpApprover,
    configuredPolicy: (state: Incident) => world.view.approvalPolicy(state.opened?.service ?? "unknown"),
    scan: world.view.scan,
    pageToken: () => pageBucket.take(),
    storeSkewMs,
    checkpoints: audit.checkpoints,
    sleep: (ms: number, signal: AbortSignal) => sleepUntil(ms, undefined, { signal }),
    page: createGatePageReader(page),
    write: createStatuspageWrite({
      baseUrl: config.STATUSPAGE_API_URL,
      apiKey: async () => ApiKey.parse(JSON.parse(await secrets.current("statuspage"))).api_key,
      sendOnce,
    }).write,
    settleMs: config.RECONCILE_SETTLE_MS,
  };
  const prefetch = { clock, budgetMs: config.PREFETCH_BUDGET_MS };
  const template = createTemplateDrafter();
  const tellOperators = async (sentence: string) => {
    if (config.OPS_CHANNEL !== undefined) await companion.postMessage(config.OPS_CHANNEL, sentence);
  };
  const language = createLanguageModel(config, { index, manners, clock, metrics, log, tell: tellOperators });
  const markMessages = language?.marking && createMarkMessages({ model: language.marking, vaults, log });
  const drafter = language
    ? createModelDrafter({
        model: language.model,
        style: language.prompts.style,
        vaults,
        publicTerms: services.publicTerms,
        log,
      })
    : template;
  const postmortem = {
    tracker: createLinearClient({
      apiUrl: config.LINEAR_API_URL,
      apiKey: async () => ApiKey.parse(JSON.parse(await secrets.current("linear"))).api_key,
      timeoutMs,
      clock,
      manners: manners.of("linear", judgeLinear),
    }),
    teamId: config.LINEAR_TEAM_ID,
    projectId: config.LINEAR_PROJECT_ID,
    labelIds: config.LINEAR_LABEL_IDS.split(",").flatMap((id) => (id.trim() === "" ? [] : [id.trim()])),
    naming: config.POSTMORTEM_NAMES,
    auditLink: auditLinkOf(config),
    slackLink: (channel: string) => `https://app.slack.com/client/${config.SLACK_TEAM_ID}/${channel}`,
    emailOf: async (userId: string) => {
      const person = await companion.userFacts(userId);
      return "error" in person ? undefined : person.email;
    },
    nameOf: async (userId: string) => {
      const person = await companion.userFacts(userId);
      return "error" in person ? undefined : person.name;
    },
    log,
  };
  const pages = {
    ledger,
    oncall,
    paging,
    slack: companion,
    services,
    teamId: config.SLACK_TEAM_ID,
    clock,
    random,
    budgetMs: timeoutMs,
    settleMs: config.RECONCILE_SETTLE_MS,
    retryMs: config.PAGE_RETRY_MS,
    pollMs: config.PAGE_POLL_MS,
    giveUpMs: config.PAGE_GIVE_UP_MS,
    ackMs: config.PAGE_ACK_MS,
  };
  const preparePage = createPreparePage(pages);
  const care = { ...postmortem, ledger, clock, lookEveryMs: config.REVIEW_LOOK_MS, log };
  const handlers: EffectHandlers = {
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
  const drain = createDrainMark({ index, clock });
  const effects = {
    ledger,
    leases,
    handlers,
    world: world.view,
    timing,
    clock,
    log,
    tracing,
    owner,
    leaseMs: config.EFFECT_LEASE_MS,
  };
  const reactor = createReactor({
    rows,
    runEffects: (incident) => runEffects(incident, effects),
    offerSlackWork: createOfferWork({ ...effects, doorbell, drain }),
    tasks,
    clock,
    log,
  });
  reacting.reactor = reactor;
  const intake = createIntake({
    inbox,
    correlation,
    leases,
    ledger,
    services,
    library,
    clock,
    grace: timing,
    log,
    owner,
    leaseMs: config.EFFECT_LEASE_MS,
    settled: (state) => rows.project(state),
  });
  const startedAt = clock.now();
  const sweepHeard = { at: await heartbeat.last() };
  const sweepWatch = createSweepWatch({
    index,
    clock,
    silenceMs: config.SWEEP_SILENCE_MS,
    tell: (sentence) => companion.postMessage(config.OPS_CHANNEL ?? config.ALERTS_CHANNEL, sentence),
    log,
  });
  const sweeper = createSweeper({
    everyMs: config.SWEEP_EVERY_MS,
    intake: () => intake.run(),
    rows,
    ledger,
    reactor,
    upkeep: async () => {
      // Beside the sweep: a slow directory must not hold up what is owed.
      if (directory) tasks.track("directory", directory.keepFresh(services.directoryGroups));
      await world.refresh();
      sweepHeard.at = await heartbeat.last();
      // Never heard of: silent since this process began.
      lastSweep.set((sweepHeard.at ?? startedAt) / 1_000);
      await language?.logging.tend();
      await sweepWatch.tend(sweepHeard.at);
    },
    tasks,
    log,
  });

  const reconciler = createReconciler({
    oncall,
    correlation,
    ledger,
    inbox,
    index,
    leases,
    metrics,
    tasks,
    clock,
    log,
    owner,
    everyMs: config.RECONCILE_ALERTS_MS,
    leaseMs: config.EFFECT_LEASE_MS,
    onStored: () => tasks.track("intake", intake.run()),
  });

  // 5. What an auditor may ask.
  const budget = createReadBudget({ index, clock });
  const recordRead = createRecordRead({ system, log });
  const controls = createControls({
    controls: shippedControls({
      config,
      clock,
      verification: audit.verification,
      auditLog: audit.log,
      modelLogging: language && (() => language.logging.current()),
      sweepSilent: () => sweepWatch.silent(sweepHeard.at),
      secrets,
      showAges: credentialGauges(metrics),
    }),
    index,
    leases,
    owner,
    everyMs: config.AUDIT_VERIFY_EVERY_MS,
    clock,
    metrics,
    tasks,
    log,
  });

  // 6. The two listeners.
  let stopping = false;
  const refusals = createSchemaRefusals({ clock });
  const findOnPage = createFindOnPage(gate.page);
  const offerProof = createOfferProof({
    carriesSecret: (text) => carriesSecret(world.view, text),
    proveBundle: audit.proveBundle,
  });
  const brief = createBriefs({ ledger, marks: createBriefMarks({ index }), world: world.view, clock, log });
  const commands = createCommands({
    auditFacts: createAuditFacts({ verification: audit.verification, clock }),
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
  const apps = createApps({
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
          drain,
          wake,
          clock,
          log,
          leaseMs: config.EFFECT_LEASE_MS,
          maxWaitMs: config.CLAIM_WAIT_MS,
          stopping: () => stopping,
          channels: { alerts: config.ALERTS_CHANNEL, announcements: config.ANNOUNCE_CHANNEL },
        },
        report: {
          ledger,
          leases,
          drain,
          clock,
          log,
          leaseMs: config.EFFECT_LEASE_MS,
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
      verifyAudit: createVerifyAudit({ verification: audit.verification, budget, recordRead, clock, log }),
      listControls: createListControls({ controls, budget, recordRead }),
      exportIncident: createExportIncident({
        exports: audit.exports,
        revealed: revealedWords(details),
        budget,
        recordRead,
      }),
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
        reconciled: reconciler.lastRound,
        clock,
        sweepSilent: () => sweepWatch.silent(sweepHeard.at),
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
      onAlertStored: () => tasks.track("intake", intake.run()),
    },
  });
  const [publicListener, internalListener] = await Promise.all([
    startListener(apps.public, config.PORT),
    startListener(apps.internal, config.INTERNAL_PORT),
  ]);
  if (language) tasks.track("token-budget", language.budget.look());
  sweeper.start();
  audit.start(createReportBreak({ ledger, correlation, rows, services, library, system, clock, log }));
  controls.start();
  reconciler.start();

  return {
    port: publicListener.port,
    internalPort: internalListener.port,
    async stop() {
      stopping = true;
      wake.signal();
      sweeper.stop();
      audit.stop();
      controls.stop();
      reconciler.stop();
      reactor.stop();
      await Promise.all([publicListener.close(STOP_GRACE_MS), internalListener.close(1_000)]);
      const left = await tasks.drain(STOP_GRACE_MS);
      if (left.length > 0) log.warn("stopped-with-work-left", { tasks: left });
      audit.close();
      dynamo.destroy();
      await Promise.all([metrics.stop(), tracing.stop()]);
    },
  };
}

/** Waits for the page's budget, up to a few tokens: a read that would wait longer goes ahead and meets the page's own limit. */
const pacedBy = (bucket: TokenBucket) => async (): Promise<void> => {
  for (let tries = 0; tries < 5; tries += 1) {
    const waitMs = await bucket.take();
    if (waitMs === 0) return;
    await sleep(waitMs);
  }
};

const ApiKey = z.object({ api_key: z.string().min(1) });
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Where the audit bundle of an incident is, when somebody keeps bundles. */
const auditLinkOf = ({ AUDIT_BUNDLE_URL: url }: Config) =>
  url === undefined ? undefined : (incidentId: string) => url.replace("{incident}", encodeURIComponent(incidentId));

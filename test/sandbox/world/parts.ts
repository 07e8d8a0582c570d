import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { signingKeyFromFile } from "../../../bridge/audit/signing-key.ts";
import { CAST } from "../cast.ts";
import type { FaultBoard } from "../faults.ts";
import { type BedrockState, startBedrock } from "../vendors/bedrock.ts";
import { type FallbackWebhookState, startFallbackWebhook } from "../vendors/fallback-webhook.ts";
import { type GitHubState, startGitHub } from "../vendors/github.ts";
import { type LinearState, startLinear } from "../vendors/linear.ts";
import { type LokiState, startLoki } from "../vendors/loki.ts";
import { type MimirState, startMimir } from "../vendors/mimir.ts";
import { type GroupAction, type OnCallState, rememberAlertGroup, startOnCall } from "../vendors/oncall.ts";
import { openingSecrets, rotate, type SecretsState, startSecrets } from "../vendors/secrets.ts";
import { type StatuspageState, startStatuspage } from "../vendors/statuspage.ts";
import { startTempo, type TempoState } from "../vendors/tempo.ts";
import type { Vendor, VendorRequest } from "../vendors/vendor-server.ts";
import { startWorkos, type WorkosState } from "../vendors/workos.ts";
import type { AlertFixture, Overrides } from "./alert-payload.ts";
import { type AlertSender, createAlertSender } from "./alert-sender.ts";
import { bridgeEnv } from "./bridge-env.ts";
import { type BridgeEnv, portTaken } from "./bridge-process.ts";
import type { ChangeFeed } from "./changes.ts";
import type { DataDir, KeptWorld } from "./kept-world.ts";
import { type RelayPart, startRelayPart } from "./relay.ts";
import { createReplicas, type Replicas } from "./replicas.ts";
import { mintSecrets, type SecretValues, secretTexts } from "./secret-values.ts";
import type { SlackPart, StartSlack } from "./slack-part.ts";
import { type Store, startStore } from "./store.ts";

/** Somebody waits for the shell to come back; the bridge loses nothing by being killed. */
const KEPT_STOP_MS = 3_000;
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

export interface Vendors {
  statuspage: Vendor<StatuspageState>;
  linear: Vendor<LinearState>;
  secrets: Vendor<SecretsState>;
  bedrock: Vendor<BedrockState>;
  oncall: Vendor<OnCallState>;
  mimir: Vendor<MimirState>;
  loki: Vendor<LokiState>;
  tempo: Vendor<TempoState>;
  github: Vendor<GitHubState>;
  workos: Vendor<WorkosState>;
  fallback: Vendor<FallbackWebhookState>;
}

/** Everything a world is made of, running. */
export interface Parts {
  secretValues: SecretValues;
  store: Store;
  vendors: Vendors;
  slack: SlackPart;
  relay: RelayPart;
  bridge: Replicas;
  sender: AlertSender;
  /** Directory of the ledger's checkpoints. */
  logPath: string;
  /** Verifies the checkpoints of this world. */
  verifierKey: string;
  /** What to write down so that a later start continues here. */
  keep(): Promise<KeptWorld>;
  /** Ends the bridge alone, as the first step of `stop`. */
  stopBridge(): Promise<void>;
  stop(): Promise<void>;
}

export interface PartsOptions {
  faults: FaultBoard;
  changes: ChangeFeed;
  bridgePort: number;
  bridgeEntry: string;
  replicas: number;
  startSlack: StartSlack;
  bridgeEnv: BridgeEnv;
  functionEnv: Record<string, string>;
  deno: boolean;
  data?: DataDir | undefined;
}

const WEBHOOK_AFTER: Partial<Record<GroupAction, AlertFixture>> = {
  acknowledge: "oncall-acknowledge",
  resolve: "oncall-resolve",
  silence: "oncall-silence",
  unresolve: "oncall-unresolve",
};

/** Starts every part in the order in which they need each other; when one fails, stops those already running. */
export async function startParts(options: PartsOptions): Promise<Parts> {
  const { faults, changes, data } = options;
  const kept = data?.read();
  // A world kept by an earlier version lacks the secrets of vendors that came later.
  const values = { ...mintSecrets(), ...kept?.secrets };
  const bridgeUrl = `http://127.0.0.1:${options.bridgePort}`;
  const logPath = data?.logPath ?? mkdtempSync(join(tmpdir(), "incident-response-log-"));
  const auditKeyFile = join(logPath, "signer-key");
  // Made here, before the bridge asks for it: the snapshot names the key by which the log is verified.
  const { verifier } = await signingKeyFromFile(auditKeyFile, CAST.auditOrigin);
  const stops: (() => Promise<void> | void)[] = data ? [] : [() => rmSync(logPath, { recursive: true, force: true })];
  const stop = async () => {
    const failures: unknown[] = [];
    // Last started, first stopped: nobody loses what it still talks to.
    for (const end of stops.splice(0).reverse()) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, "some parts of the sandbox did not stop cleanly");
  };

  try {
    const store = await startStore({
      faults,
      path: data?.storePath,
      onWrite: (operation, table) => changes.emit("store", "written", { operation, table }),
    });
    stops.push(store.close);

    let sender: AlertSender | undefined;
    const onRequest = ({ vendor, method, path, status, fault }: VendorRequest) =>
      changes.emit("vendor", "request", { vendor, method, path, status, ...(fault ? { fault } : {}) });
    const common = <State>(name: keyof Vendors) => ({
      faults,
      onRequest,
      state: kept?.vendors[name] as State | undefined,
    });
    const vendors: Vendors = {
      statuspage: await startStatuspage({ ...common("statuspage"), apiKey: values.statuspage.api_key }),
      linear: await startLinear({ ...common("linear"), apiKey: values.linear.api_key }),
      secrets: await startSecrets(common("secrets")),
      bedrock: await startBedrock(common("bedrock")),
      oncall: await startOnCall({
        ...common("oncall"),
        token: values["oncall-api"].token,
        onTransition: (group, action, user) => {
          const fixture = WEBHOOK_AFTER[action];
          if (!fixture) return;
          const who = user && { id: user.id, username: user.username, email: user.email };
          void sender?.send({
            fixture,
            overrides: {
              alert_group_id: group.id,
              user: who,
              alert_group: JSON.parse(JSON.stringify(group)),
              ...(action === "acknowledge" ? { alert_group_acknowledged_by: who } : {}),
              ...(action === "resolve" ? { alert_group_resolved_by: who } : {}),
            },
          });
        },
        onPaged: (group, user, alert) => {
          const alert_group = JSON.parse(JSON.stringify(group)) as Overrides;
          const about = { alert_group_id: group.id };
          const who = { id: user.id, username: user.username, email: user.email };
          const replace: Overrides = { alert_group, ...(alert && { alert_payload: { oncall: { ...alert.oncall } } }) };
          void (async () => {
            if (alert) {
              const overrides = { ...about, event: { time: group.created_at }, users_to_be_notified: [who] };
              await sender?.send({ fixture: "oncall-alert-group-created", overrides, replace });
            }
            const event = { type: "personal notification", time: new Date().toISOString() };
            await sender?.send({
              fixture: "oncall-escalation",
              overrides: { ...about, event, user: who },
              replace,
            });
          })();
        },
      }),
      mimir: await startMimir({ ...common("mimir"), ...values.mimir }),
      loki: await startLoki({ ...common("loki"), ...values.loki }),
      tempo: await startTempo({ ...common("tempo"), ...values.tempo }),
      github: await startGitHub({ ...common("github"), token: values.github.token }),
      workos: await startWorkos({ ...common("workos"), apiKey: values.workos.api_key }),
      fallback: await startFallbackWebhook(common("fallback")),
    };
    for (const vendor of Object.values(vendors)) stops.push(vendor.close);

    // The same port when it is still free: links in kept messages then go on working.
    const keptPort = kept && !(await portTaken(kept.slackPort)) ? { port: kept.slackPort } : {};
    const slack = await options.startSlack({
      root: ROOT,
      env: {
        BRIDGE_BASE_URL: bridgeUrl,
        BRIDGE_SHARED_SECRET: values["slack-functions"],
        DRAIN_BUDGET_MS: "45000",
        ...options.functionEnv,
      },
      faults,
      deno: options.deno,
      ...keptPort,
      ...(kept ? { state: kept.slack } : {}),
      companion: {
        commandsUrl: () => `${bridgeUrl}/slack/commands`,
        interactionsUrl: () => `${bridgeUrl}/slack/interactions`,
        signingSecret: values["slack-companion"].signing_secret,
        botToken: values["slack-companion"].bot_token,
      },
      log: (line) => changes.emit("slack", "log", { line }),
    });
    stops.push(() => slack.stop());
    slack.onChange(({ type, ...detail }) => changes.emit("slack", type, detail));

    // Addresses that only now are known.
    values["slack-triggers"] = { doorbell: slack.triggers.doorbell, links: slack.triggers.links };
    values["fallback-webhook"] = `${vendors.fallback.url}/hooks/incidents`;
    seedSecrets(vendors.secrets.state, values);

    const relay = await startRelayPart({
      bridgeUrl,
      signingSecret: currentSecret(vendors.secrets.state, "oncall-webhook"),
    });
    stops.push(relay.close);

    sender = createAlertSender({
      bridgeUrl,
      relay,
      secrets: {
        oncall: () => currentSecret(vendors.secrets.state, "oncall-webhook"),
        alerting: () => currentSecret(vendors.secrets.state, "alerting-webhook"),
      },
      now: Date.now,
      onGroup: (group) => rememberAlertGroup(vendors.oncall.state, group),
      onSent: (sent) => changes.emit("alerts", "sent", sent),
    });
    stops.push(sender.close);

    const bridge = await createReplicas({
      count: options.replicas,
      entry: options.bridgeEntry,
      port: options.bridgePort,
      env: {
        ...bridgeEnv({
          bridge: bridgeUrl,
          store: store.url,
          secrets: vendors.secrets.url,
          bedrock: vendors.bedrock.url,
          slackApi: slack.apiUrl,
          statuspage: vendors.statuspage.url,
          linear: vendors.linear.url,
          oncall: `${vendors.oncall.url}/`,
          mimir: vendors.mimir.url,
          loki: vendors.loki.url,
          tempo: vendors.tempo.url,
          github: vendors.github.url,
          workos: vendors.workos.url,
        }),
        CHECKPOINT_DIR: logPath,
        AUDIT_KEY_FILE: auditKeyFile,
        ...options.bridgeEnv,
      },
      onChange: (event) => changes.emit("bridge", event),
    });
    const atExit = () => bridge.destroy();
    process.once("exit", atExit);
    // A world that is thrown away has nothing worth finishing.
    const stopBridge = () => (data ? bridge.stop(KEPT_STOP_MS) : bridge.kill());
    stops.push(async () => {
      await stopBridge();
      await bridge.close();
      process.removeListener("exit", atExit);
    });
    await bridge.start();

    return {
      secretValues: values,
      store,
      vendors,
      slack,
      relay,
      bridge,
      sender,
      logPath,
      verifierKey: verifier.text,
      stopBridge,
      stop,
      keep: async () => ({
        v: 1,
        savedAt: new Date().toISOString(),
        secrets: values,
        slackPort: Number(new URL(slack.url).port),
        slack: await slack.dump(),
        vendors: Object.fromEntries(Object.entries(vendors).map(([name, { state }]) => [name, state])),
      }),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** First start: everything. A kept world: only the addresses that moved, as a rotation would change them, and what is new. */
function seedSecrets(state: SecretsState, values: SecretValues): void {
  const texts = secretTexts(values, CAST.secretsPrefix);
  if (Object.keys(state.secrets).length === 0) {
    state.secrets = openingSecrets(texts, Date.now()).secrets;
    return;
  }
  for (const [name, text] of Object.entries(texts)) {
    const moves = name.endsWith("slack-triggers") || name.endsWith("fallback-webhook");
    const known = state.secrets[name]?.find(({ stages }) => stages.includes("AWSCURRENT"));
    if (!known || (moves && known.value !== text)) rotate(state, name, text, Date.now());
  }
}

function currentSecret(state: SecretsState, name: string): string {
  const versions = state.secrets[`${CAST.secretsPrefix}${name}`] ?? [];
  return versions.find(({ stages }) => stages.includes("AWSCURRENT"))?.value ?? "";
}

export const BRIDGE_ENTRY = `${ROOT}bridge/main.ts`;

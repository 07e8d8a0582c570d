import { createHmac } from "node:crypto";
import type { Json } from "../story.ts";
import type { AlertGroup } from "../vendors/oncall.ts";
import { type AlertFixture, alertPayload, isOnCall, type Openings, type Overrides } from "./alert-payload.ts";
import { pythonJson } from "./python-json.ts";

/** OnCall waits 4 s for an answer; after a timeout or without one it tries three more times, 10 s apart. */
const ONCALL_TIMEOUT_MS = 4_000;
const ONCALL_RETRIES = 3;
const ONCALL_RETRY_AFTER_MS = 10_000;
/** Grafana's own client timeout. */
const ALERTING_TIMEOUT_MS = 30_000;
const MAX_REPLY_CHARS = 10_000;

export const SCHEMES = ["S0", "S1", "S1T", "S2"] as const;
export type SignatureScheme = (typeof SCHEMES)[number];

export interface AlertCall {
  fixture: AlertFixture;
  overrides?: Overrides | undefined;
  /** Top-level members that are not merged but stand as they are: what the simulators themselves send. */
  replace?: Overrides | undefined;
  as_is?: boolean | undefined;
  /** Straight to the bridge, signed so. */
  scheme?: SignatureScheme | undefined;
  /** Straight to the bridge, not signed at all. */
  sign?: false | undefined;
}

export interface AlertOutcome {
  /** 0 when there was no answer. */
  status: number;
  body: unknown;
  ms: number;
}

export interface AlertSender {
  send(call: AlertCall): Promise<AlertOutcome>;
  /** Forgets the repeats that are still waiting. */
  close(): void;
}

export interface AlertSenderDeps {
  bridgeUrl: string;
  /** Where OnCall sends its webhooks; absent = straight to the bridge, signed S1T. */
  relay?: { url: string; authorization: string } | undefined;
  secrets: { oncall(): string; alerting(): string };
  now(): number;
  /** OnCall knows a group as soon as its webhook left. */
  onGroup(group: AlertGroup): void;
  onSent(sent: { fixture: AlertFixture; attempt: number; status: number; ms: number; group: string }): void;
}

/** Sends what OnCall and Grafana Alerting would send, the way they would. */
export function createAlertSender(deps: AlertSenderDeps): AlertSender {
  const openings: Openings = new Map();
  const waiting = new Set<NodeJS.Timeout>();
  let closed = false;

  const post = async (fixture: AlertFixture, text: string, call: AlertCall): Promise<AlertOutcome> => {
    const oncall = isOnCall(fixture);
    const straight = call.scheme !== undefined || call.sign === false;
    const relay = oncall && !straight ? deps.relay : undefined;
    const url = relay?.url ?? `${deps.bridgeUrl}/webhooks/${oncall ? "grafana-oncall" : "grafana-alerting"}`;
    const scheme = call.scheme ?? (oncall ? "S1T" : "S2");
    const secret = oncall ? deps.secrets.oncall() : deps.secrets.alerting();
    const signed =
      call.sign === false
        ? {}
        : relay
          ? { authorization: relay.authorization }
          : sign(scheme, text, secret, deps.now());
    const started = performance.now();
    const ms = () => Math.round(performance.now() - started);
    try {
      const reply = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "user-agent": oncall ? "python-requests/2.32.0" : "Grafana",
          ...signed,
        },
        body: text,
        redirect: "manual",
        signal: AbortSignal.timeout(oncall ? ONCALL_TIMEOUT_MS : ALERTING_TIMEOUT_MS),
      });
      const body = (await reply.text()).slice(0, MAX_REPLY_CHARS);
      return { status: reply.status, body: parsed(body), ms: ms() };
    } catch (error) {
      return { status: 0, body: { error: whyNoAnswer(error) }, ms: ms() };
    }
  };

  return {
    async send(call) {
      const overrides = call.overrides ?? {};
      const payload = alertPayload({
        fixture: call.fixture,
        overrides,
        replace: call.replace,
        asIs: call.as_is ?? false,
        now: deps.now(),
        openings,
      }) as Record<string, Json>;
      const oncall = isOnCall(call.fixture);
      // A signature chosen by the caller is an experiment: OnCall would not repeat it.
      const repeats = oncall && call.scheme === undefined && call.sign !== false;
      const group = oncall ? String(payload.alert_group_id) : String(payload.groupKey);
      // A call that is not signed as OnCall's are was forged: OnCall itself knows nothing of its group.
      const genuine = call.sign !== false && (call.scheme === undefined || call.scheme === "S1T");
      if (oncall && genuine && typeof payload.alert_group === "object" && payload.alert_group !== null) {
        deps.onGroup(structuredClone(payload.alert_group) as unknown as AlertGroup);
      }
      const text = oncall ? pythonJson(payload) : JSON.stringify(payload);
      const attempt = async (number: number): Promise<AlertOutcome> => {
        const outcome = await post(call.fixture, text, call);
        deps.onSent({ fixture: call.fixture, attempt: number, status: outcome.status, ms: outcome.ms, group });
        if (repeats && outcome.status === 0 && number <= ONCALL_RETRIES && !closed) {
          const timer = setTimeout(() => {
            waiting.delete(timer);
            void attempt(number + 1);
          }, ONCALL_RETRY_AFTER_MS);
          waiting.add(timer);
        }
        return outcome;
      };
      return attempt(1);
    },
    close() {
      closed = true;
      for (const timer of waiting) clearTimeout(timer);
      waiting.clear();
    },
  };
}

function sign(scheme: SignatureScheme, body: string, secret: string, now: number): Record<string, string> {
  const hmac = (text: string) => createHmac("sha256", secret).update(text, "utf8").digest("hex");
  const stamp = String(Math.floor(now / 1_000));
  switch (scheme) {
    case "S0":
      return { authorization: `Bearer ${secret}` };
    case "S1":
      return { "x-grafana-oncall-signature": hmac(body) };
    case "S1T":
      return { "x-grafana-oncall-timestamp": stamp, "x-grafana-oncall-signature": hmac(`${stamp}:${body}`) };
    case "S2":
      return { "x-grafana-alerting-timestamp": stamp, "x-grafana-alerting-signature": hmac(`${stamp}:${body}`) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function whyNoAnswer(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `${error.name}: ${error.message}${cause}`;
}

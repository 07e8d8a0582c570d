import type { CheckpointSigner } from "../audit/checkpoint-signer.ts";
import type { Verification } from "../audit/verification.ts";
import { auditStatus } from "../audit/watch/audit-status.ts";
import type { LoggingState } from "../drafting/invocation-logging.ts";
import type { Clock } from "../platform/clock.ts";
import type { Config } from "../platform/config.ts";
import type { Secrets } from "../platform/secrets.ts";
import type { Control, Evidence } from "./control.ts";
import { type CredentialAge, credentialAges, tooOld } from "./credential-ages.ts";
import { FAILING_MS } from "./expiry.ts";
import type { ExpiryView } from "./expiry-watch.ts";
import { plaintextUpstreams } from "./plaintext-upstreams.ts";

/** What the probes look at. What this installation does not have is undefined, and has no control. */
export interface ControlSources {
  config: Config;
  clock: Clock;
  verification: Verification | undefined;
  signer: Pick<CheckpointSigner, "offerAgain"> | undefined;
  modelLogging: (() => LoggingState) | undefined;
  sweepSilent: () => boolean;
  secrets: Pick<Secrets, "health">;
  showAges: (ages: readonly CredentialAge[]) => void;
  /** What ends or may end. */
  expiries: () => readonly ExpiryView[];
}

const MINUTE = 60;
/** With entries that no checkpoint covers, one must follow within this; the schedule signs every minute. */
const MAX_UNCOVERED_SECONDS = 5 * MINUTE;

const passing: Evidence = { kind: "passing" };
const failing = (why: string): Evidence => ({ kind: "failing", why });
const noEvidence = (why: string): Evidence => ({ kind: "no-evidence", why });

/** Every control that has a probe. A thing that nobody can look at is no control. */
export function shippedControls(sources: ControlSources): Control[] {
  const { config, clock, verification, signer, modelLogging } = sources;
  return [
    ...(verification ? auditControls(verification, clock) : []),
    ...(signer ? [logWriteOnce(signer)] : []),
    ...(modelLogging
      ? [
          {
            id: "model-prompts-not-logged",
            title: "Prompts of the language model are not copied to any log",
            probe:
              "Model invocation logging in every region of the model's profile, as the account's control plane tells it",
            maxAgeSeconds: 10 * MINUTE,
            link: "docs/operate.md#the-model-is-not-used",
            look: () => {
              const state = modelLogging();
              if (state.kind === "unknown") return noEvidence(state.why);
              return state.kind === "off" ? passing : failing(state.why);
            },
          },
        ]
      : []),
    {
      id: "upstreams-encrypted",
      title: "Credentials travel over TLS only",
      probe: "Every vendor address of the running configuration is https, or this very machine",
      maxAgeSeconds: 10 * MINUTE,
      link: "docs/operate.md#a-control-fails",
      look: () => {
        const plain = plaintextUpstreams(config);
        return plain.length === 0 ? passing : failing(`plain http: ${plain.join(", ")}`);
      },
    },
    {
      id: "webhooks-signed",
      title: "Alerts are accepted only with a signature over their body",
      probe: "The scheme by which OnCall's webhook is authenticated, as it is configured",
      maxAgeSeconds: 10 * MINUTE,
      link: "docs/operate.md#a-control-fails",
      look: () => (config.ONCALL_SCHEME === "S0" ? failing("a bare bearer token is accepted") : passing),
    },
    {
      id: "credentials-young",
      title: "Credentials are replaced in time",
      probe: "When the current version of each secret in use was stored, against its limit",
      maxAgeSeconds: 10 * MINUTE,
      link: "docs/operate.md#a-control-fails",
      look: () => {
        const ages = credentialAges(sources.secrets.health(), clock.now());
        sources.showAges(ages);
        if (ages.length === 0) return noEvidence("nothing is known of when secrets were stored");
        const old = tooOld(ages);
        return old.length === 0 ? passing : failing(`to be replaced: ${old.join(", ")}`);
      },
    },
    {
      id: "credentials-not-ending",
      title: "No credential or certificate ends unnoticed",
      probe:
        "The end that GitHub names for its token, that each https address shows in its certificate, or that is written beside a key",
      maxAgeSeconds: 10 * MINUTE,
      link: "docs/operate.md#a-credential-ends",
      look: () => {
        const views = sources.expiries();
        const ending = views.flatMap(({ credential, expiry }) =>
          expiry.kind === "ends" && expiry.at - clock.now() <= FAILING_MS ? [credential] : [],
        );
        if (ending.length > 0) return failing(`about to end: ${ending.join(", ")}`);
        const unknown = views.flatMap(({ credential, expiry }) => (expiry.kind === "unknown" ? [credential] : []));
        if (unknown.length > 0) return noEvidence(`not known when it ends: ${unknown.join(", ")}`);
        return views.length === 0 ? noEvidence("nothing says when it ends") : passing;
      },
    },
    {
      id: "scheduled-sweep-alive",
      title: "Reminders and lapsed cards are looked after on schedule",
      probe: "When Slack's scheduled sweep was last heard of",
      maxAgeSeconds: 10 * MINUTE,
      link: "docs/operate.md#the-sweep-is-silent",
      look: () => (sources.sweepSilent() ? failing("the sweep is silent") : passing),
    },
  ];
}

function auditControls({ view, periods }: Verification, clock: Clock): Control[] {
  return [
    {
      id: "record-verifies",
      title: "Every entry of the record holds, and the log of its heads holds it",
      probe:
        "Passes A, B and C of the verification; what a person has answered by opening an epoch does not count again",
      maxAgeSeconds: 5 * MINUTE,
      link: "docs/operate.md#the-record-does-not-verify",
      async look() {
        const seen = await view();
        if (seen.broken.some(({ findings }) => findings.length > 0)) return failing("there are findings");
        const status = auditStatus({ ...seen, broken: [] }, clock.now(), periods);
        return status === "ok" ? passing : noEvidence(`the verification is ${status}`);
      },
    },
    {
      id: "checkpoints-current",
      title: "What is recorded is covered by a signed checkpoint within minutes",
      probe: "Age of the newest checkpoint while entries are uncovered",
      maxAgeSeconds: 5 * MINUTE,
      link: "docs/operate.md#the-record-does-not-verify",
      async look() {
        const { B, C } = await view();
        if (!B || !C) return noEvidence("not looked at yet");
        const ageSeconds = (clock.now() - (C.counts.checkpointAt ?? 0)) / 1_000;
        const late = (B.counts.unprovedEntries ?? 0) > 0 && ageSeconds > MAX_UNCOVERED_SECONDS;
        return late ? failing(`the newest checkpoint is ${Math.round(ageSeconds)} s old`) : passing;
      },
    },
    {
      id: "publishes-approved",
      title: "Every write to the status page was approved by a person, word for word",
      probe: "Each publication in the record, walked again and held against the approval before it",
      maxAgeSeconds: 5 * MINUTE,
      link: "docs/operate.md#the-record-does-not-verify",
      async look() {
        const { B, broken } = await view();
        if (!B) return noEvidence("not walked yet");
        const unapproved = broken.some(({ findings }) => findings.some(({ layer }) => layer === "P"));
        return unapproved || B.counts.approved !== B.counts.writes ? failing("a write lacks its approval") : passing;
      },
    },
  ];
}

/** Puts the newest checkpoint once more, as it is: a store that takes it would take a forged one. */
const logWriteOnce = (signer: Pick<CheckpointSigner, "offerAgain">): Control => ({
  id: "log-write-once",
  title: "A signed checkpoint cannot be written a second time",
  probe: "The newest checkpoint is offered to the log again, unchanged, and must be refused",
  maxAgeSeconds: 10 * MINUTE,
  link: "docs/operate.md#the-record-does-not-verify",
  async look() {
    const outcome = await signer.offerAgain();
    if (outcome === "nothing-yet") return noEvidence("there is no checkpoint yet");
    return outcome === "refused" ? passing : failing("the log took the same checkpoint twice");
  },
});

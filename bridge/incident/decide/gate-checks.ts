import { LIMITS } from "../../../shared/limits.ts";
import type { GateCheck } from "../../runbooks/schema.ts";
import { type Decision, happened, notOpen, refuse } from "../decision.ts";
import type { EventOf } from "../events.ts";
import { type Check, checksOf } from "../response/checks.ts";
import type { Incident } from "../state.ts";

/** What the record says of a digest that a person gives as that of an exported bundle. */
export type BundleFinding =
  /** It is the digest of the first `entries` entries, and the signed checkpoint of this size covers them. */
  { kind: "covered"; entries: number; size: number; root16: string } | { kind: "refused"; why: string };

/** What a person offers as proof of one check. */
export interface OfferedProof {
  key: string;
  proof: string;
  /** Whether the words hold something that looks like a secret. */
  secret: boolean;
  /** For a check that a bundle proves, where the words name a digest. */
  bundle?: BundleFinding;
}

const STATEMENT_MIN = 20;

/** Why this is no proof of its kind; undefined when it is one. */
export function proofFault(check: GateCheck, { proof, secret, bundle }: Omit<OfferedProof, "key">): string | undefined {
  if (secret) return "This looks like a secret. Say what was refused, when and from where, never the secret itself.";
  switch (check.proof) {
    case "ledger":
      return "This is read from the incident's own entries; it cannot be stated.";
    case "link":
      return /^https:\/\/\S+$/.test(proof) ? undefined : "This check is proven by a link that begins with https://.";
    case "bundle":
      if (bundle?.kind === "covered") return undefined;
      return (
        bundle?.why ??
        "Give the sha256 of entries.ndjson, as the manifest of the exported bundle names it: 64 hexadecimal digits."
      );
    case "negative_probe":
      return proof.length >= STATEMENT_MIN
        ? undefined
        : "Say what was refused, when and from where, in at least 20 characters.";
    case "statement":
    case "metric":
    case "http_probe":
      return proof.length >= STATEMENT_MIN ? undefined : "Say it in at least 20 characters.";
  }
}

const proven = (
  { runbookId, check, stated }: Check,
  { proof, bundle }: OfferedProof,
  by: string,
): EventOf<"CheckProven"> => ({
  type: "CheckProven",
  runbookId,
  checkId: check.id,
  kind: check.proof,
  proof: bundle?.kind === "covered" ? `${proof} (${foundIn(bundle)})`.slice(0, LIMITS.summary).toWellFormed() : proof,
  stated,
  by,
});

const foundIn = ({ entries, size, root16 }: Extract<BundleFinding, { kind: "covered" }>): string =>
  `the first ${entries} entries, found under the signed checkpoint ${size} ${root16}`;

/** A person proves one check. What the ledger shows by itself needs no proof and takes none. */
export function proveCheck(state: Incident, offered: OfferedProof & { actor: string }): Decision {
  if (state.status !== "open") return notOpen(state.status);
  const check = checksOf(state).find(({ key }) => key === offered.key);
  if (!check) return refuse("check-unknown", `There is no check ${offered.key.slice(0, 100)} here.`);
  const fault = proofFault(check.check, offered);
  return fault ? refuse("no-proof", fault) : happened(proven(check, offered, offered.actor));
}

/** Whether this person may go past this check, and as what. */
export function overrideBasis(
  state: Incident,
  { check }: Check,
  { actor, exec }: { actor: string; exec: boolean },
): EventOf<"CheckOverridden">["basis"] | undefined {
  const isCommander = state.commander === actor;
  switch (check.who_may_override) {
    case "nobody":
      return undefined;
    case "ic":
      return isCommander ? "commander" : state.commander === undefined ? "no-commander" : undefined;
    case "exec":
      // Whoever commands this incident is not the one to wave it through.
      return exec && !isCommander ? "exec" : undefined;
  }
}

export function overrideCheck(
  state: Incident,
  wish: { actor: string; exec: boolean; key: string; reason: string },
): Decision {
  if (state.status !== "open") return notOpen(state.status);
  const check = checksOf(state).find(({ key }) => key === wish.key);
  if (!check) return refuse("check-unknown", `There is no check ${wish.key.slice(0, 100)} here.`);
  if (check.status !== "open")
    return refuse("check-settled", `The check "${check.check.check}" is ${check.status} already.`);
  const basis = overrideBasis(state, check, wish);
  if (basis === undefined) return refuse("may-not-override", mayNot(check));
  return happened(overridden(check, { by: wish.actor, basis, reason: wish.reason }));
}

export const overridden = (
  { runbookId, check }: Check,
  word: Pick<EventOf<"CheckOverridden">, "by" | "basis" | "reason">,
): EventOf<"CheckOverridden"> => ({ type: "CheckOverridden", runbookId, checkId: check.id, ...word });

export function mayNot({ check }: Check): string {
  switch (check.who_may_override) {
    case "nobody":
      return `The check "${check.check}" must be proven; nobody may go past it.`;
    case "ic":
      return `Only the commander may go past "${check.check}".`;
    case "exec":
      return `Only somebody of the approver group who does not command this incident may go past "${check.check}": in the Resolve form, or with /incident-response gate override ${check.id} and why.`;
  }
}

export interface GateWish {
  actor: string;
  exec: boolean;
  proofs: readonly OfferedProof[];
  overrideReason: string | undefined;
}

/** Passes the gate: what is offered proves, what is left is gone past with the one reason, or it is said what is missing. */
export function passGate(
  state: Incident,
  { actor, exec, proofs, overrideReason }: GateWish,
): { ok: true; events: (EventOf<"CheckProven"> | EventOf<"CheckOverridden">)[] } | { ok: false; decision: Decision } {
  const events: (EventOf<"CheckProven"> | EventOf<"CheckOverridden">)[] = [];
  const missing: Check[] = [];
  for (const check of checksOf(state)) {
    const offered = proofs.find(({ key }) => key === check.key);
    if (offered && check.status === "open") {
      const fault = proofFault(check.check, offered);
      if (fault)
        return { ok: false, decision: refuse("no-proof", `The check "${check.check.check}" is not proven. ${fault}`) };
      events.push(proven(check, offered, actor));
    } else if (check.check.required && check.status === "open") missing.push(check);
  }
  if (missing.length === 0) return { ok: true, events };
  if (overrideReason === undefined) {
    const list = missing.map(({ check }) => `"${check.check}"`).join(", ");
    const how = "Prove it here, or say why you go past it.";
    return { ok: false, decision: refuse("gate-open", `Not resolved: still open before resolve is ${list}. ${how}`) };
  }
  for (const check of missing) {
    const basis = overrideBasis(state, check, { actor, exec });
    if (basis === undefined) return { ok: false, decision: refuse("may-not-override", mayNot(check)) };
    events.push(overridden(check, { by: actor, basis, reason: overrideReason }));
  }
  return { ok: true, events };
}

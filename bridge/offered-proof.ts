import type { BundleFinding, OfferedProof } from "./incident/decide/gate-checks.ts";
import { checksOf } from "./incident/response/checks.ts";
import type { Incident } from "./incident/state.ts";

/** What a person offers as proof of one check, with what the bridge has read about it. */
export type OfferProof = (incident: Incident, offered: { key: string; proof: string }) => Promise<OfferedProof>;

const SHA256 = /\b[0-9a-f]{64}\b/;

export const createOfferProof =
  (deps: {
    carriesSecret(text: string): boolean;
    proveBundle(incident: string, sha256: string): Promise<BundleFinding>;
  }): OfferProof =>
  async (incident, { key, proof }) => {
    const offered = { key, proof, secret: deps.carriesSecret(proof) };
    const kind = checksOf(incident).find((check) => check.key === key)?.check.proof;
    const [sha256] = kind === "bundle" ? (SHA256.exec(proof.toLowerCase()) ?? []) : [];
    return sha256 === undefined ? offered : { ...offered, bundle: await deps.proveBundle(incident.id, sha256) };
  };

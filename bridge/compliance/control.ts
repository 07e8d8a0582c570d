import { type Instant, iso } from "../platform/clock.ts";

/** What a probe has seen. `no-evidence`: it could not look; then the control keeps what it had and grows stale. */
export type Evidence = { kind: "passing" } | { kind: "failing" | "no-evidence"; why: string };

/** One thing that must hold, and the probe that looks whether it does. */
export interface Control {
  id: string;
  title: string;
  /** What is looked at, for an auditor. */
  probe: string;
  /** Evidence older than this says nothing about now. */
  maxAgeSeconds: number;
  /** Where to read what to do. */
  link: string;
  look(): Promise<Evidence> | Evidence;
}

/** The newest evidence of a control, as it is stored. */
export interface StoredEvidence {
  status: "passing" | "failing";
  at: Instant;
}

export interface ControlView {
  id: string;
  title: string;
  status: "passing" | "failing" | "stale" | "unknown";
  evidenceAt: string | null;
  maxAgeSeconds: number;
  probe: string;
  link: string;
}

/** Never probed is unknown and old evidence is stale: nothing passes because nobody looked. */
export function controlView(
  { id, title, probe, maxAgeSeconds, link }: Control,
  stored: StoredEvidence | undefined,
  now: Instant,
): ControlView {
  const old = stored !== undefined && now - stored.at > maxAgeSeconds * 1_000;
  return {
    id,
    title,
    status: stored === undefined ? "unknown" : old ? "stale" : stored.status,
    evidenceAt: stored === undefined ? null : iso(stored.at),
    maxAgeSeconds,
    probe,
    link,
  };
}

import type { EffectTiming } from "../../bridge/incident/pending-effects.ts";
import type { ViewWorld } from "../../bridge/incident/views/view-world.ts";
import { LINK_TRIGGERS, type LinkTrigger } from "../../shared/vocabulary.ts";
import { CAST } from "../sandbox/cast.ts";

/** What the views need beside the state, as small as it can be while still being true. */
export const viewWorld = (change: Partial<ViewWorld> = {}): ViewWorld => ({
  links: Object.fromEntries(
    LINK_TRIGGERS.map((name) => [name, `https://slack.com/shortcuts/Ft0/${name}`]),
  ) as unknown as Readonly<Record<LinkTrigger, string>>,
  componentName: (id) => CAST.statuspage.components.find((component) => component.id === id)?.name ?? id,
  componentStatus: () => ({ status: "operational", readAt: 0 }),
  page: `${CAST.statuspage.pageId} (sandbox)`,
  nudgeEveryMs: () => undefined,
  archiveAfterMs: 86_400_000,
  scan: () => ({ blockers: [], findings: [] }),
  holdingComponents: () => [],
  approvalPolicy: () => "default",
  approverGroupId: undefined,
  approversPage: undefined,
  askAgainMs: 180_000,
  markEveryMs: undefined,
  onCallSchedule: () => undefined,
  escalation: () => undefined,
  ...change,
});

export const TIMING: EffectTiming = {
  watchdogRingMs: 30_000,
  watchdogPostMs: 90_000,
  repaintEveryMs: 3_000,
  cardGraceMs: 15_000,
  cardLapseMs: 3_600_000,
  archiveAfterMs: 86_400_000,
  noiseArchiveAfterMs: 900_000,
  pageAckMs: 300_000,
  pageGiveUpMs: 600_000,
  commandOfferMs: 180_000,
  handoverLapseMs: 300_000,
  commandSilenceMs: 3_600_000,
};

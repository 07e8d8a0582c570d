import type { Severity } from "../../../shared/vocabulary.ts";
import type { Instant } from "../../platform/clock.ts";
import { contentHash, normaliseText, textRefusal } from "../../publish-gate/content.ts";
import { type Decision, happened, nothingNew, refuse } from "../decision.ts";
import type { EventOf } from "../events.ts";
import { isRestricted } from "../restricted.ts";
import type { DraftRequest, Incident } from "../state.ts";
import { compose } from "./drafts.ts";

/** Later than this after the room opened, whoever is there writes the first words. */
const FIRST_WORDS_MS = 15 * 60_000;

interface HoldingWorld {
  holdingComponents(service: string, severity: Severity): readonly string[];
}

/**
 * Whether a first statement for customers is to wait as a card: the room has just opened, nobody has asked for an update and nothing
 * is public, and the incident's severity, class, runbooks and service all allow a draft that nobody asked for. Until a runbook is
 * attached nothing is known of the last three, so it waits.
 */
export function holdingWanted(state: Incident, now: Instant, world: HoldingWorld): boolean {
  if (state.status !== "open" || state.channel === undefined || state.roomOpenedAt === undefined) return false;
  if (now >= state.roomOpenedAt + FIRST_WORDS_MS) return false;
  if (state.drafts.size > 0 || state.public || state.publicUnread || isRestricted(state)) return false;
  const runbooks = state.response.attached.filter(({ detached }) => detached === undefined);
  if (runbooks.length === 0 || runbooks.some(({ runbook }) => !runbook.privacy.auto_draft)) return false;
  return world.holdingComponents(state.opened?.service ?? "unknown", state.severity).length > 0;
}

/** What is asked for in nobody's name. The mildest status that says something: how bad it is, nobody has said yet. */
export const holdingRequest = (state: Incident, world: HoldingWorld): Omit<DraftRequest, "draftId"> => ({
  status: "investigating",
  impact: "",
  components: world
    .holdingComponents(state.opened?.service ?? "unknown", state.severity)
    .map((id) => ({ id, status: "degraded_performance" })),
  notify: false,
  by: null,
});

export interface ProposeHolding {
  draftId: string;
  pageId: string;
  title: string;
  body: string;
  author: EventOf<"DraftProposed">["author"];
}

/**
 * Asks and proposes in one entry: a request of a person that comes first makes it unwanted, and one that comes later finds a draft
 * that waits and takes its place.
 */
export function proposeHolding(state: Incident, proposal: ProposeHolding, now: Instant, world: HoldingWorld): Decision {
  if (!holdingWanted(state, now, world)) return nothingNew;
  const title = normaliseText(proposal.title);
  const body = normaliseText(proposal.body);
  const refusal = textRefusal(title, body);
  if (refusal) return refuse("text-refused", refusal);
  const { draftId, pageId, author } = proposal;
  const request = { ...holdingRequest(state, world), draftId };
  const content = compose(state, { draftId, request }, { pageId, version: 1, title, body });
  return happened(
    {
      type: "HoldingStatementRequested",
      draftId,
      status: "investigating",
      components: request.components,
      notify: request.notify,
    },
    { type: "DraftProposed", draftId, version: 1, content, contentHash: contentHash(content), author },
  );
}

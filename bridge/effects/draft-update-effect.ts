import type { PublicStatus } from "../../shared/vocabulary.ts";
import type { DraftedUpdate, Drafter, UpdateRequest } from "../drafting/drafter.ts";
import { proposeDraft } from "../incident/decide/drafts.ts";
import { mayUseModel } from "../incident/response/may-use-model.ts";
import type { DraftRequest, Incident } from "../incident/state.ts";
import { namesOfResponders } from "../incident/views/names-of-responders.ts";
import type { ViewWorld } from "../incident/views/view-world.ts";
import type { EntryActor } from "../ledger/entry-types.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { EffectHandler } from "./effect-handlers.ts";

export interface DraftUpdateDeps {
  ledger: Ledger;
  drafter: Drafter;
  /** Used when the drafter's text cannot be shown to customers as it is. */
  template: Drafter;
  world: ViewWorld;
  pageId: string;
  clock: Clock;
  log: Logger;
}

/** Customers are promised to hear again after this long where nothing else is configured. */
const DEFAULT_NEXT_UPDATE_MS = 30 * 60_000;

/** Turns a request into a text to approve: by the model, or by the template when that is slow, down, unusable or not allowed. */
export const draftUpdateEffect =
  (deps: DraftUpdateDeps): EffectHandler<"draft-update"> =>
  async (effect, state) => {
    const draft = state.drafts.get(effect.draftId);
    if (!draft) return "done";
    const request = updateRequestOf(state, draft.request, deps);
    const propose = async (drafted: DraftedUpdate, commandId: string) =>
      deps.ledger.execute(state.id, { commandId, actor: actorOf(drafted) }, (now) =>
        proposeDraft(now, {
          draftId: draft.draftId,
          pageId: deps.pageId,
          title: drafted.title,
          body: drafted.body,
          author: { kind: drafted.author, userId: null, note: inLedgerForm(drafted.note) },
        }),
      );
    const drafted = mayUseModel(state)
      ? await deps.drafter.draftUpdate(request)
      : { ...(await deps.template.draftUpdate(request)), note: NO_MODEL };
    const first = await propose(drafted, effect.id);
    if (first.kind === "refused" && first.refusal.code === "text-refused") {
      deps.log.warn("draft-refused", { incident: state.id, draftId: draft.draftId, reason: first.refusal.message });
      await propose(await deps.template.draftUpdate(request), `${effect.id}:template`);
    }
    // Refused because another update is on its way, or is still looked for: asked again later, the request is not lost.
    const waits = first.kind === "refused" && ["publish-under-way", "public-unread"].includes(first.refusal.code);
    return waits ? { later: 5_000 } : "done";
  };

const NO_MODEL =
  "No language model may read of this incident, by its class or its runbook; this text comes from the template.";

const actorOf = (drafted: DraftedUpdate): EntryActor =>
  drafted.author === "model"
    ? { kind: "model", id: "drafter", basis: "effect" }
    : { kind: "system", id: "template", basis: "effect" };

function previousOf({ public: shown }: Incident): Pick<UpdateRequest, "previous"> {
  if (!shown) return {};
  const { title, status, body, byHand } = shown;
  return { previous: { title, status, ...(byHand ? {} : { body }) } };
}

/** Enough for the model to keep to one story. */
const EARLIER_UPDATES = 3;

/** What customers read before the newest public text. */
const earlierUpdates = (state: Incident): { status: PublicStatus; body: string }[] =>
  [...state.drafts.values()]
    .flatMap(({ state: is, content }) => (is === "PUBLISHED" && content ? [content] : []))
    .map(({ status, body }) => ({ status, body }))
    .slice(0, -1)
    .slice(-EARLIER_UPDATES);

/** All that a text is written from. */
export function updateRequestOf(
  state: Incident,
  wish: Pick<DraftRequest, "status" | "impact" | "components">,
  { world, clock }: Pick<DraftUpdateDeps, "world" | "clock">,
): UpdateRequest {
  const { opened } = state;
  return {
    incidentId: state.id,
    service: opened?.service ?? "unknown",
    title: opened?.title ?? state.id,
    severity: state.severity,
    status: wish.status,
    impact: wish.impact,
    components: wish.components.map(({ id, status }) => ({ name: world.componentName(id), status })),
    ...previousOf(state),
    earlier: earlierUpdates(state),
    startedAt: opened?.firingSince ? Date.parse(opened.firingSince) : state.openedAt,
    knownNames: namesOfResponders(state),
    nextUpdateAt: clock.now() + (world.nudgeEveryMs(state.severity) ?? DEFAULT_NEXT_UPDATE_MS) * 2,
  };
}

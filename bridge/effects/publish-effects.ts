import { expireDraft } from "../incident/decide/drafts.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { lapseDraft, type PublishDeps, publish } from "../publish-gate/publish.ts";
import { reconcile } from "../publish-gate/reconcile.ts";
import { watchForTwin, watchPage } from "../publish-gate/watch-page.ts";
import { BRIDGE } from "./bridge-actor.ts";
import type { EffectHandler } from "./effect-handlers.ts";

/** An approved text goes through the gate. */
export const publishEffect =
  (deps: PublishDeps): EffectHandler<"publish"> =>
  async ({ id, draftId }, state) => {
    const waitMs = await publish(state.id, draftId, deps);
    const failed = (await deps.ledger.recall(state.id)).drafts.get(draftId);
    // A page that is not as it was approved for was changed by somebody: people are asked about that now, not in five minutes.
    if (failed?.state === "FAILED" && failed.content?.targetId) await watchPage(state.id, `${id}:watch`, deps);
    return waitMs > 0 ? { later: waitMs } : "done";
  };

/** Nobody knows whether a text is public: the page is read. */
export const reconcileEffect =
  (deps: PublishDeps): EffectHandler<"reconcile"> =>
  async ({ draftId }, state) => {
    await reconcile(state.id, draftId, deps);
    return "done";
  };

const TWIN_LOOK_MS = 60_000;
/** The page is compared with what was approved this often. */
const PAGE_LOOK_MS = 5 * 60_000;
/** While nobody knows where the last update stands, no other can be written. */
const UNREAD_LOOK_MS = 15_000;

/** A text whose outcome was once unknown may still land a second time. */
export const watchTwinEffect =
  (deps: PublishDeps): EffectHandler<"watch-twin"> =>
  async ({ draftId }, state) => {
    await watchForTwin(state.id, draftId, deps);
    return { later: TWIN_LOOK_MS };
  };

/** Somebody may post on the page by hand. */
export const watchPageEffect =
  (deps: PublishDeps): EffectHandler<"watch-page"> =>
  async ({ id }, state) => {
    await watchPage(state.id, `${id}:${state.seq}`, deps);
    const { publicUnread } = await deps.ledger.recall(state.id);
    return { later: publicUnread ? UNREAD_LOOK_MS : PAGE_LOOK_MS };
  };

/** An approval or an attempt has outlived its time. */
export const lapseEffect =
  (deps: Pick<PublishDeps, "ledger" | "settleMs">): EffectHandler<"lapse"> =>
  async ({ id, draftId }, state) => {
    await lapseDraft(state.id, draftId, id, deps);
    return "done";
  };

/** Nobody decided about a draft in time. */
export const expireDraftEffect =
  ({ ledger }: { ledger: Ledger }): EffectHandler<"expire-draft"> =>
  async ({ id, draftId }, state) => {
    await ledger.execute(state.id, { commandId: id, actor: BRIDGE }, (now, at) => expireDraft(now, { draftId }, at));
    return "done";
  };

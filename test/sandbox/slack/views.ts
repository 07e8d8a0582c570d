import { isObject } from "./block-check.ts";
import { asStored } from "./block-validation.ts";
import { mint, secret } from "./ids.ts";
import { initialValues } from "./input-values.ts";
import { SlackError } from "./slack-error.ts";
import type { Json, SlackState, View } from "./state.ts";
import { assertModal } from "./view-validation.ts";

const STACK_DEPTH = 3;

const textOf = (value: unknown): string | null =>
  isObject(value) && typeof value.text === "string" ? value.text : null;

/** The parts of a view that the app sends and that `views.update` replaces. */
function contentOf(given: unknown, now: number) {
  const view = assertModal(given);
  const blocks = asStored(view.blocks as Json[], () => secret(3));
  return {
    callback_id: String(view.callback_id ?? ""),
    title: textOf(view.title) ?? "",
    submit: textOf(view.submit),
    close: textOf(view.close),
    blocks,
    private_metadata: String(view.private_metadata ?? ""),
    external_id: String(view.external_id ?? ""),
    clear_on_close: view.clear_on_close === true,
    notify_on_close: view.notify_on_close === true,
    hash: `${Math.floor(now / 1000)}.${secret(4)}`,
  };
}

function assertExternalId(state: SlackState, externalId: string, except?: string): void {
  if (externalId && state.views.some((view) => view.external_id === externalId && view.id !== except)) {
    throw new SlackError("duplicate_external_id");
  }
}

type Owner = Pick<View, "user"> & Partial<Pick<View, "execution_id" | "form_run_id">>;

/** Shows a new modal; a person sees one stack of modals at a time, so whatever they had open is gone. */
export function openView(state: SlackState, now: number, given: unknown, owner: Owner): View {
  const content = contentOf(given, now);
  assertExternalId(state, content.external_id);
  const id = mint(state, "V");
  state.views = state.views.filter((view) => view.user !== owner.user);
  return add(state, {
    ...owner,
    ...content,
    id,
    type: "modal",
    root_view_id: id,
    previous_view_id: null,
    state: { values: {} },
  });
}

/** @throws SlackError `push_limit_reached` beyond three views. */
export function pushView(state: SlackState, now: number, given: unknown, below: View): View {
  const content = contentOf(given, now);
  assertExternalId(state, content.external_id);
  const depth = state.views.filter((view) => view.root_view_id === below.root_view_id).length;
  if (depth >= STACK_DEPTH) throw new SlackError("push_limit_reached");
  return add(state, {
    user: below.user,
    execution_id: below.execution_id,
    form_run_id: below.form_run_id,
    ...content,
    id: mint(state, "V"),
    type: "modal",
    root_view_id: below.root_view_id,
    previous_view_id: below.id,
    state: { values: {} },
  });
}

function add(state: SlackState, view: View): View {
  view.state = { values: initialValues(view.blocks) };
  state.views.push(view);
  return view;
}

/** What the person typed stays where block_id and action_id stay the same. */
export function updateView(state: SlackState, now: number, given: unknown, view: View): View {
  const content = contentOf(given, now);
  assertExternalId(state, content.external_id, view.id);
  const values = initialValues(content.blocks);
  for (const [blockId, actions] of Object.entries(values)) {
    for (const actionId of Object.keys(actions)) {
      const typed = view.state.values[blockId]?.[actionId];
      if (typed && typed.type === actions[actionId]?.type) actions[actionId] = typed;
    }
  }
  return Object.assign(view, content, { state: { values } });
}

export const topView = (state: SlackState, rootViewId: string): View | undefined =>
  state.views.filter((view) => view.root_view_id === rootViewId).at(-1);

export function removeView(state: SlackState, view: View, wholeStack: boolean): void {
  state.views = state.views.filter((other) =>
    wholeStack ? other.root_view_id !== view.root_view_id : other.id !== view.id,
  );
}

/** A view as it appears in API answers and payloads. */
export const viewShape = (view: View, team: string, app: { app_id: string; bot_id: string }): Json => ({
  id: view.id,
  team_id: team,
  app_id: app.app_id,
  app_installed_team_id: team,
  bot_id: app.bot_id,
  type: view.type,
  callback_id: view.callback_id,
  title: { type: "plain_text", text: view.title, emoji: true },
  submit: view.submit === null ? null : { type: "plain_text", text: view.submit, emoji: true },
  close: view.close === null ? null : { type: "plain_text", text: view.close, emoji: true },
  blocks: view.blocks,
  state: view.state,
  private_metadata: view.private_metadata,
  hash: view.hash,
  root_view_id: view.root_view_id,
  previous_view_id: view.previous_view_id,
  external_id: view.external_id,
  clear_on_close: view.clear_on_close,
  notify_on_close: view.notify_on_close,
});

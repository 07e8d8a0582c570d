import { isObject } from "./block-check.ts";
import { HOSTED_APP, HOSTED_BOT_ID } from "./cast.ts";
import type { Core } from "./core.ts";
import { interaction } from "./envelopes.ts";
import { fieldsOf, submitValues } from "./input-values.ts";
import { formFields } from "./open-form.ts";
import { activePerson } from "./people.ts";
import { interactivityOf, issuePointer } from "./pointers.ts";
import { SlackError } from "./slack-error.ts";
import { type Execution, executionById, type Json, type User, userByIdOrName, type View, viewById } from "./state.ts";
import { pushView, removeView, topView, updateView, viewShape } from "./views.ts";
import type { WorkflowEngine } from "./workflow-engine.ts";

export interface SubmitAct {
  user: string;
  view_id: string;
  values: Json;
}

export interface SubmitAnswer {
  response_action: "close" | "update" | "push" | "clear";
  /** The modal the person sees now, if any. */
  view_id?: string;
}

const APP = { app_id: HOSTED_APP, bot_id: HOSTED_BOT_ID };

/** The modal on top of this person's screen. */
function shownView(core: Core, user: User, viewId: string): View {
  const view = viewById(core.state, viewId);
  if (!view || view.user !== user.id) throw new SlackError("view_not_found");
  if (topView(core.state, view.root_view_id) !== view) throw new SlackError("view_not_on_top");
  return view;
}

function openExecution(core: Core, view: View): Execution {
  const execution = view.execution_id ? executionById(core.state, view.execution_id) : undefined;
  if (!execution || execution.ended !== null) throw new SlackError("execution_closed");
  return execution;
}

function closeView(core: Core, view: View, wholeStack: boolean): View | undefined {
  removeView(core.state, view, wholeStack);
  core.changed({ type: "view_closed", view_id: view.id, user: view.user });
  return topView(core.state, view.root_view_id);
}

const nowSeen = (view: View | undefined) => (view ? { view_id: view.id } : {});

/** A person submits a form or modal. @throws SlackError `validation` with `errors` by block_id, `execution_closed`, … */
export async function submit(core: Core, engine: WorkflowEngine, act: SubmitAct): Promise<SubmitAnswer> {
  const user = activePerson(core, act.user);
  const view = shownView(core, user, act.view_id);
  if (view.submit === null) throw new SlackError("view_has_no_submit");
  const people = (nameOrId: string) => userByIdOrName(core.state, nameOrId)?.id ?? nameOrId;
  const submitted = submitValues(view, act.values, people);
  if (!submitted.ok) throw new SlackError("validation", { errors: submitted.errors });
  const execution = openExecution(core, view);
  view.state = { values: submitted.values };
  const pointer = issuePointer(core.state, core.clock.now(), user.id);
  if (view.form_run_id) {
    closeView(core, view, true);
    engine.complete(execution.id, {
      fields: formFields(view),
      interactivity: interactivityOf(pointer),
      submit_user: user.id,
      timestamp_started: Math.floor(execution.started / 1000),
      timestamp_completed: Math.floor(core.clock.now() / 1000),
    });
    return { response_action: "close" };
  }
  const envelope = interaction(core, execution, engine.variables, pointer, {
    type: "view_submission",
    view: viewShape(view, core.state.team.id, APP),
    response_urls: [],
  });
  const delivered = await engine.deliver(execution, envelope);
  if (!delivered.ok) throw new SlackError(delivered.error, { detail: delivered.detail, execution_id: execution.id });
  return respond(core, view, delivered.answer);
}

/** What Slack's client does with the handler's answer. */
function respond(core: Core, view: View, answer: unknown): SubmitAnswer {
  const response = isObject(answer) ? answer : {};
  const now = core.clock.now();
  // The handler may have closed or replaced it through the Web API meanwhile.
  const still = viewById(core.state, view.id);
  switch (response.response_action) {
    case undefined:
      return { response_action: "close", ...nowSeen(still && closeView(core, still, false)) };
    case "clear":
      if (still) closeView(core, still, true);
      return { response_action: "clear" };
    case "errors":
      throw new SlackError("validation", { errors: readErrors(core, view, response.errors) });
    case "update": {
      const updated = still && updateView(core.state, now, response.view, still);
      if (updated) core.changed({ type: "view_updated", view_id: updated.id, user: updated.user });
      return { response_action: "update", ...nowSeen(updated) };
    }
    case "push": {
      const pushed = still && pushView(core.state, now, response.view, still);
      if (pushed) core.changed({ type: "view_opened", view_id: pushed.id, user: pushed.user });
      return { response_action: "push", ...nowSeen(pushed) };
    }
    default:
      throw new SlackError("invalid_response_action", { detail: String(response.response_action) });
  }
}

/** Errors are shown under input blocks; one that names no input block is a bug of the app. */
function readErrors(core: Core, view: View, errors: unknown): Json {
  const given = isObject(errors) ? errors : {};
  const known = new Set(fieldsOf(view.blocks).map((field) => field.block_id));
  const unknown = Object.keys(given).filter((blockId) => !known.has(blockId));
  if (unknown.length > 0 || Object.keys(given).length === 0) {
    const detail = `response_action errors names ${unknown.join(", ") || "nothing"}; input blocks are ${[...known].join(", ")}`;
    core.log(`${view.callback_id}: ${detail}`);
    throw new SlackError("invalid_response_action", { detail });
  }
  return given;
}

/** A person closes a modal or form without submitting. */
export async function closeModal(
  core: Core,
  engine: WorkflowEngine,
  act: { user: string; view_id: string },
): Promise<{ view_id?: string }> {
  const user = activePerson(core, act.user);
  const view = shownView(core, user, act.view_id);
  const below = closeView(core, view, view.clear_on_close);
  const execution = view.execution_id ? executionById(core.state, view.execution_id) : undefined;
  if (view.form_run_id && execution) engine.fail(execution.id, "form_closed");
  else if (view.notify_on_close && execution && execution.ended === null) {
    const pointer = issuePointer(core.state, core.clock.now(), user.id);
    const envelope = interaction(core, execution, engine.variables, pointer, {
      type: "view_closed",
      view: viewShape(view, core.state.team.id, APP),
      is_cleared: view.clear_on_close,
    });
    const delivered = await engine.deliver(execution, envelope);
    if (!delivered.ok) throw new SlackError(delivered.error, { detail: delivered.detail, execution_id: execution.id });
  }
  return nowSeen(below);
}

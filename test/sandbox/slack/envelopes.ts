import { HOSTED_APP, HOSTED_BOT } from "./cast.ts";
import type { Core } from "./core.ts";
import type { Envelope } from "./dispatch.ts";
import { mint, nextTs } from "./ids.ts";
import { interactivityOf } from "./pointers.ts";
import { type Execution, type Json, type Pointer, userById } from "./state.ts";

type Variables = Record<string, string>;

const functionShape = (core: Core, callbackId: string): Json => {
  const definition = core.manifest.functions[callbackId];
  return {
    id: `Fn${callbackId}`,
    callback_id: callbackId,
    title: definition?.title ?? "",
    description: definition?.description ?? "",
    type: "app",
    input_parameters: Object.entries(definition?.input_parameters.properties ?? {}).map(([name, parameter]) => ({
      name,
      type: parameter.type,
      is_required: definition?.input_parameters.required?.includes(name) ?? false,
    })),
    output_parameters: Object.entries(definition?.output_parameters.properties ?? {}).map(([name, parameter]) => ({
      name,
      type: parameter.type,
      is_required: definition?.output_parameters.required?.includes(name) ?? false,
    })),
    app_id: HOSTED_APP,
    date_created: 1_790_000_000,
    date_updated: 1_790_000_000,
    date_deleted: 0,
  };
};

const wrap = (core: Core, execution: Execution, variables: Variables, body: Json): Envelope => ({
  body,
  context: { bot_access_token: execution.token, team_id: core.state.team.id, variables },
});

/** `function_executed`: one step of a workflow is to run. */
export function functionExecuted(core: Core, execution: Execution, variables: Variables): Envelope {
  const now = core.clock.now();
  const team_id = core.state.team.id;
  return wrap(core, execution, variables, {
    token: "local-verification-token",
    team_id,
    api_app_id: HOSTED_APP,
    type: "event_callback",
    event_id: mint(core.state, "Ev"),
    event_time: Math.floor(now / 1000),
    authorizations: [{ enterprise_id: null, team_id, user_id: HOSTED_BOT, is_bot: true, is_enterprise_install: false }],
    event: {
      type: "function_executed",
      function: functionShape(core, execution.function),
      inputs: execution.inputs,
      function_execution_id: execution.id,
      workflow_execution_id: execution.run_id,
      event_ts: nextTs(core.state, now),
      bot_access_token: execution.token,
    },
  });
}

/** A click, a submission or a closed view, on its way to the execution that made the surface. */
export function interaction(
  core: Core,
  execution: Execution,
  variables: Variables,
  pointer: Pointer,
  rest: Json,
): Envelope {
  const { id, domain } = core.state.team;
  const name = userById(core.state, pointer.user)?.name ?? "";
  return wrap(core, execution, variables, {
    team: { id, domain },
    enterprise: null,
    is_enterprise_install: false,
    user: { id: pointer.user, username: name, name, team_id: id },
    ...rest,
    function_data: {
      function: functionShape(core, execution.function),
      execution_id: execution.id,
      inputs: execution.inputs,
    },
    interactivity: interactivityOf(pointer),
    trigger_id: pointer.trigger_id,
    api_app_id: HOSTED_APP,
    token: "local-verification-token",
    bot_access_token: execution.token,
  });
}

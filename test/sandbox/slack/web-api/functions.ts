import { isObject } from "../block-check.ts";
import { SlackError } from "../slack-error.ts";
import { type Execution, executionById, type Json } from "../state.ts";
import type { Call, Family } from "./call.ts";

/** Any execution's token of the app may close any execution of the app. */
function openExecution(call: Call): Execution {
  const execution = executionById(call.state, call.args.required("function_execution_id"));
  if (!execution) throw new SlackError("function_execution_not_found");
  if (execution.ended !== null) throw new SlackError("execution_not_in_running_state");
  return execution;
}

function end(call: Call, execution: Execution, result: Pick<Execution, "status" | "outputs" | "error">): Json {
  Object.assign(execution, result, { ended: call.now });
  call.after({ type: "execution-ended", execution_id: execution.id });
  return {};
}

export const functions: Family = {
  "functions.completeSuccess": {
    tier: 3,
    apps: ["hosted"],
    run: (call) => {
      const execution = openExecution(call);
      const outputs = call.args.json("outputs") ?? {};
      if (!isObject(outputs)) throw new SlackError("parameter_validation_failed");
      const declared = call.manifest.functions[execution.function]?.output_parameters;
      const missing = (declared?.required ?? []).filter(
        (name) => outputs[name] === undefined || outputs[name] === null,
      );
      const unknown = Object.keys(outputs).filter((name) => !declared?.properties[name]);
      if (missing.length > 0 || unknown.length > 0) {
        const messages = [
          ...missing.map((name) => `[ERROR] missing required output: ${name}`),
          ...unknown.map((name) => `[ERROR] output is not declared: ${name}`),
        ];
        call.log(`${execution.function} ${execution.id}: functions.completeSuccess refused, ${messages.join("; ")}`);
        throw new SlackError("parameter_validation_failed", { response_metadata: { messages } });
      }
      return end(call, execution, { status: "completed", outputs, error: null });
    },
  },
  "functions.completeError": {
    tier: 3,
    apps: ["hosted"],
    run: (call) => {
      const execution = openExecution(call);
      return end(call, execution, { status: "failed", outputs: {}, error: call.args.required("error") });
    },
  },
};

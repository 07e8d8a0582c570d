import { BUILT_IN_STEPS } from "./built-in-steps.ts";
import { HOSTED_BOT } from "./cast.ts";
import type { Core } from "./core.ts";
import type { Envelope } from "./dispatch.ts";
import { functionExecuted } from "./envelopes.ts";
import { eventMatches } from "./event-triggers.ts";
import { mint, secret } from "./ids.ts";
import { KEPT_EXECUTIONS } from "./limits.ts";
import type { ParameterSet } from "./manifest.ts";
import type { Runtime } from "./runtime.ts";
import { SlackError } from "./slack-error.ts";
import { type Execution, executionById, type Json, runById, type TriggerRecord, type WorkflowRun } from "./state.ts";
import { fillInputs } from "./templates.ts";

const CUSTOM = "#/functions/";

/** Names of required parameters without a value. */
const missingOf = (set: ParameterSet | undefined, given: Json): string[] =>
  (set?.required ?? []).filter((name) => given[name] === undefined || given[name] === null);

/** Names of parameters whose plain type the value does not have. */
const mistypedOf = (set: ParameterSet | undefined, given: Json): string[] =>
  Object.entries(given).flatMap(([name, value]) => {
    const type = set?.properties[name]?.type;
    const fits =
      type === "string"
        ? typeof value === "string"
        : type === "boolean"
          ? typeof value === "boolean"
          : type === "number" || type === "integer"
            ? typeof value === "number"
            : true;
    return fits ? [] : [name];
  });

const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/** Runs workflows step by step: functions of the hosted app through its runtime, Slack's own steps here. */
export class WorkflowEngine {
  readonly #stopped = new AbortController();
  constructor(
    readonly core: Core,
    readonly runtime: Runtime,
    /** What `env` holds in a function. */
    readonly variables: Record<string, string>,
  ) {}

  stop(): void {
    this.#stopped.abort();
  }

  /**
   * What the workflow behind a trigger would be given.
   * @throws SlackError `parameter_validation_failed` naming the inputs that are missing or of the wrong type.
   */
  inputsFor(trigger: TriggerRecord, data: Json, customized: Json = {}): Json {
    const scope = { data, event_timestamp: Math.floor(this.core.clock.now() / 1000) };
    const values = Object.fromEntries(
      Object.entries(trigger.inputs).map(([name, input]) => [
        name,
        input.customizable ? customized[name] : input.value,
      ]),
    );
    const inputs = fillInputs(values, scope);
    const parameters = this.core.manifest.workflows[trigger.workflow]?.input_parameters;
    const messages = [
      ...missingOf(parameters, inputs).map((name) => `[ERROR] missing required parameter: ${name}`),
      ...mistypedOf(parameters, inputs).map((name) => `[ERROR] parameter ${name} has the wrong type`),
    ];
    if (messages.length > 0) throw new SlackError("parameter_validation_failed", { response_metadata: { messages } });
    return inputs;
  }

  /**
   * Starts the workflow behind a trigger; returns once its first step has been handed over.
   * @throws SlackError as `inputsFor`.
   */
  start(trigger: TriggerRecord, user: string | null, data: Json, customized: Json = {}): WorkflowRun {
    const inputs = this.inputsFor(trigger, data, customized);
    const run = this.begin(trigger.workflow, trigger.key, user, inputs);
    trigger.runs += 1;
    return run;
  }

  /** Starts a workflow with these inputs, whatever it was that asked for it. */
  begin(workflow: string, trigger: string, user: string | null, inputs: Json): WorkflowRun {
    const { state, clock } = this.core;
    const now = clock.now();
    const run: WorkflowRun = {
      id: mint(state, "Wx"),
      workflow,
      trigger,
      user,
      inputs,
      steps: {},
      step: 0,
      status: "running",
      error: null,
      started: now,
    };
    state.runs.push(run);
    this.#forgetOld();
    this.#runStep(run);
    return run;
  }

  /** After `functions.complete*`: on to the next step, or the end. */
  executionEnded(executionId: string): void {
    const { state, changed } = this.core;
    const execution = executionById(state, executionId);
    const run = execution && runById(state, execution.run_id);
    if (!execution || !run) return;
    changed({ type: "execution_ended", execution_id: execution.id, status: execution.status });
    if (run.status !== "running") return;
    if (execution.status === "failed") {
      this.#failRun(run, execution);
      return;
    }
    run.steps[String(run.step)] = execution.outputs;
    run.step += 1;
    this.#runStep(run);
  }

  /**
   * Delivers a click, submission or closed view into an open execution, within 10 s.
   * A handler that throws or takes longer fails the execution, as on the platform.
   */
  async deliver(
    execution: Execution,
    envelope: Envelope,
  ): Promise<{ ok: true; answer: unknown } | { ok: false; error: string; detail: string }> {
    try {
      const { handlerMs } = this.core.limits;
      const answer = await this.#within(
        handlerMs,
        `the handler did not answer within ${handlerMs / 1000} s`,
        execution,
        envelope,
      );
      return { ok: true, answer };
    } catch (error) {
      if (this.#stopped.signal.aborted) return { ok: false, error: "stopped", detail: "the simulator was stopped" };
      this.fail(execution.id, messageOf(error));
      return {
        ok: false,
        error: error instanceof TimeoutError ? "operation_timeout" : "handler_failed",
        detail: messageOf(error),
      };
    }
  }

  /** Fails an execution that is still running or open; its token dies with it. */
  fail(executionId: string, error: string): void {
    const execution = executionById(this.core.state, executionId);
    if (!execution || execution.ended !== null) return;
    Object.assign(execution, { status: "failed", error, ended: this.core.clock.now() });
    this.core.log(`${execution.function} ${execution.id} failed: ${error}`);
    this.executionEnded(execution.id);
  }

  /** Ends a built-in step. */
  complete(executionId: string, outputs: Json): void {
    const execution = executionById(this.core.state, executionId);
    if (!execution || execution.ended !== null) return;
    Object.assign(execution, { status: "completed", outputs, ended: this.core.clock.now() });
    this.executionEnded(execution.id);
  }

  /** Starts whatever event triggers match; the app must be in the channel. */
  activity(event: Json & { event_type: string }): void {
    for (const trigger of this.core.state.triggers) {
      if (trigger.type !== "event" || !eventMatches(trigger, event)) continue;
      const channel = this.core.state.channels.find((one) => one.id === event.channel_id);
      if (channel && !channel.members.includes(HOSTED_BOT)) continue;
      try {
        this.start(trigger, null, event);
      } catch (error) {
        if (!(error instanceof SlackError)) throw error;
        this.core.log(`event trigger ${trigger.key} did not start: ${messageOf(error)}`);
      }
    }
  }

  #runStep(run: WorkflowRun): void {
    const { state, manifest, clock, changed } = this.core;
    const step = manifest.workflows[run.workflow]?.steps[run.step];
    if (!step) {
      run.status = "completed";
      changed({ type: "workflow_completed", run_id: run.id });
      return;
    }
    const custom = step.function_id.startsWith(CUSTOM);
    const name = custom ? step.function_id.slice(CUSTOM.length) : step.function_id;
    const execution: Execution = {
      id: mint(state, "Fx"),
      run_id: run.id,
      step: run.step,
      workflow: run.workflow,
      function: name,
      trigger: run.trigger,
      user: run.user,
      status: "running",
      inputs: fillInputs(step.inputs, { inputs: run.inputs, steps: run.steps }),
      outputs: {},
      error: null,
      notices: [],
      token: `xwfp-local-${secret(16)}`,
      started: clock.now(),
      ended: null,
    };
    state.executions.push(execution);
    changed({ type: "execution_started", execution_id: execution.id, function: name });
    const definition = custom ? manifest.functions[name] : undefined;
    const builtIn = custom ? undefined : BUILT_IN_STEPS[name];
    if (definition) {
      const missing = missingOf(definition.input_parameters, execution.inputs);
      if (missing.length > 0) {
        this.fail(execution.id, `parameter_validation_failed: missing ${missing.join(", ")}`);
        return;
      }
      void this.#runFunction(execution);
    } else if (builtIn) {
      try {
        builtIn(this, execution);
      } catch (error) {
        this.fail(execution.id, messageOf(error));
      }
    } else {
      const known = Object.keys(BUILT_IN_STEPS).join(", ");
      this.fail(
        execution.id,
        `step ${step.id} is ${step.function_id}, which this Slack does not know; it knows the app's functions and ${known}`,
      );
    }
  }

  /** Never rejects: whatever happens ends in the execution's record. */
  async #runFunction(execution: Execution): Promise<void> {
    const { functionMs } = this.core.limits;
    try {
      const envelope = functionExecuted(this.core, execution, this.variables);
      await this.#within(functionMs, `the function did not finish within ${functionMs / 1000} s`, execution, envelope);
      // The runtime has reported outputs or error by itself; what is left open asked for it with `completed: false`.
      if (execution.ended === null) {
        execution.status = "open";
        this.core.changed({ type: "execution_open", execution_id: execution.id });
      }
    } catch (error) {
      if (!this.#stopped.signal.aborted) this.fail(execution.id, messageOf(error));
    }
  }

  async #within(ms: number, late: string, execution: Execution, envelope: Envelope): Promise<unknown> {
    const abort = new AbortController();
    const stop = () => abort.abort(this.#stopped.signal.reason);
    this.#stopped.signal.addEventListener("abort", stop, { once: true });
    const timer = setTimeout(() => abort.abort(new TimeoutError(late)), ms);
    const aborted = new Promise<never>((_, reject) => {
      abort.signal.addEventListener("abort", () => reject(abort.signal.reason as Error), { once: true });
    });
    try {
      return await Promise.race([this.runtime.deliver(execution.function, envelope, abort.signal), aborted]);
    } finally {
      clearTimeout(timer);
      this.#stopped.signal.removeEventListener("abort", stop);
    }
  }

  #failRun(run: WorkflowRun, execution: Execution): void {
    run.status = "failed";
    run.error = execution.error;
    const title = this.core.manifest.workflows[run.workflow]?.title ?? run.workflow;
    if (run.user)
      execution.notices.push(`Slackbot to <@${run.user}>: the workflow "${title}" stopped. ${execution.error ?? ""}`);
    this.core.changed({ type: "workflow_failed", run_id: run.id, error: run.error });
  }

  #forgetOld(): void {
    const { state } = this.core;
    const ended = state.executions.filter((execution) => execution.ended !== null);
    const forgotten = new Set(ended.slice(0, Math.max(0, ended.length - KEPT_EXECUTIONS)));
    if (forgotten.size === 0) return;
    state.executions = state.executions.filter((execution) => !forgotten.has(execution));
    const kept = new Set(state.executions.map((execution) => execution.run_id));
    state.runs = state.runs.filter((run) => run.status === "running" || kept.has(run.id));
  }
}

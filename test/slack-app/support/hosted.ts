import { SlackFunctionTester } from "deno-slack-sdk/mod.ts";
import { type FakeBridge, SECRET, startFakeBridge } from "./fake-bridge.ts";
import { type FakeSlack, startFakeSlack, TOKEN } from "./fake-slack.ts";
import { ROOM } from "./samples.ts";

export const EXECUTION = "Fx07EXEC0042";
export const RILEY = { id: "U07RILEYQ4", name: "riley", team_id: "T07KESTREL1" };

// biome-ignore lint/suspicious/noExplicitAny: the SDK types a function by its own definition; here any of them is driven
type Hosted = any;

export interface Stage extends AsyncDisposable {
  slack: FakeSlack;
  bridge: FakeBridge;
  env: Record<string, string>;
  /** Runs the function the way Slack starts a step. */
  run(hosted: Hosted, inputs?: Record<string, unknown>): Promise<Record<string, unknown>>;
  click(hosted: Hosted, action: { action_id: string; value?: string }, ts: string): Promise<unknown>;
  submit(hosted: Hosted, view: SubmittedView): Promise<Record<string, unknown>>;
  close(hosted: Hosted, callbackId: string): Promise<unknown>;
}
interface SubmittedView {
  callback_id: string;
  private_metadata: unknown;
  values: Record<string, unknown>;
}

/** A Slack, a bridge, and the app's environment, all gone when the test lets go of them. */
export async function stage(env: Record<string, string> = {}): Promise<Stage> {
  const [slack, bridge] = await Promise.all([startFakeSlack(), startFakeBridge()]);
  const environment = {
    SLACK_API_URL: slack.apiUrl,
    BRIDGE_BASE_URL: bridge.url,
    BRIDGE_SHARED_SECRET: SECRET,
    DRAIN_BUDGET_MS: "300",
    ...env,
  };
  const base = { env: environment, token: TOKEN, team_id: "T07KESTREL1", enterprise_id: "" };
  const body = {
    user: RILEY,
    team: { id: "T07KESTREL1", domain: "kestrel-freight" },
    function_data: { execution_id: EXECUTION, function: { callback_id: "any" }, inputs: {} },
    interactivity: { interactor: { id: RILEY.id, secret: "s" }, interactivity_pointer: "pointer-2" },
  };
  const viewOf = (callback_id: string, private_metadata: unknown, values: Record<string, unknown>) => ({
    id: "V07OPENED01",
    callback_id,
    private_metadata: JSON.stringify(private_metadata),
    state: { values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { [name]: value }])) },
  });
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all([slack.close(), bridge.close()]);
    },
    slack,
    bridge,
    env: environment,
    async run(hosted, inputs = {}) {
      const { createContext } = SlackFunctionTester("any");
      const context = createContext({ ...base, inputs });
      return await hosted({ ...context, event: { ...context.event, function_execution_id: EXECUTION } });
    },
    click: (hosted, action, ts) =>
      hosted.blockActions({
        ...base,
        inputs: {},
        body: { ...body, type: "block_actions", channel: { id: ROOM }, message: { ts } },
        action: { type: "button", block_id: "approval", action_ts: "1795253160.730155", ...action },
      }),
    submit: (hosted, { callback_id, private_metadata, values }) =>
      hosted.viewSubmission({
        ...base,
        inputs: {},
        body: { ...body, type: "view_submission" },
        view: viewOf(callback_id, private_metadata, values),
      }),
    close: (hosted, callbackId) =>
      hosted.viewClosed({
        ...base,
        inputs: {},
        body: { ...body, type: "view_closed" },
        view: viewOf(callbackId, {}, {}),
      }),
  };
}

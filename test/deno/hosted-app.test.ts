/**
 * The hosted app in the runtime it is made for, without network:
 * `deno test --no-remote --config deno.offline.jsonc --allow-read --allow-env --deny-net test/deno`
 */
import manifest from "../../manifest.ts";
import { signRequest, verifySignedRequest } from "../../shared/signing.ts";
import { message } from "../../slack-app/blocks/message.ts";
import { bridgeClient } from "../../slack-app/bridge-client.ts";
import { systemClock } from "../../slack-app/clock.ts";

function equal(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`expected ${b}, got ${a}`);
}

Deno.test("every function of the manifest loads and has its handlers", async () => {
  const functions = manifest.functions as unknown as Record<string, { source_file: string }>;
  equal(Object.keys(functions).sort(), [
    "accept_join",
    "ask_to_join",
    "capture_message",
    "catch_me_up",
    "change_severity",
    "declare_incident",
    "draft_status_update",
    "drain_outbox",
    "hand_over_command",
    "page_someone",
    "rate_response",
    "resolve_incident",
    "review_status_update",
    "silence_nudges",
    "step_add_note",
    "step_assign_role",
    "step_declare_incident",
    "step_get_incident",
    "step_request_update",
    "step_set_checklist_item",
    "sweep",
    "take_command",
    "update_checklist",
  ]);
  for (const { source_file } of Object.values(functions)) {
    const { default: hosted } = await import(`../../${source_file}`);
    equal(
      [typeof hosted, typeof hosted.blockActions, typeof hosted.viewSubmission],
      ["function", "function", "function"],
    );
  }
});

Deno.test("every trigger file loads", async () => {
  for (const name of ["doorbell", "sweep_00", "take_command", "declare_incident", "review_status_update"]) {
    const { default: trigger } = await import(`../../slack-app/triggers/${name}.ts`);
    equal(typeof trigger.workflow, "string");
  }
});

Deno.test("requests are signed with the runtime's own crypto", async () => {
  const parts = { method: "POST", path: "/v1/commands", timestamp: "1795253105", body: "{}" };
  const signature = await signRequest(parts, "secret");
  const verdict = await verifySignedRequest({ ...parts, signature, secrets: ["secret"], nowMs: 1795253105000 });
  equal(verdict, { ok: true });
});

Deno.test("messages are drawn the same", () => {
  const { blocks } = message({
    kind: "notice",
    incidentId: "INC-20261121-0914-K9ZP",
    text: "<!channel> \u202Ehi",
    controls: [],
  });
  equal(blocks, [{ type: "section", text: { type: "mrkdwn", text: "&lt;!channel&gt; hi", verbatim: true } }]);
});

Deno.test("a host that the app may not call is an outcome that says so, not a crash", async () => {
  const env = { BRIDGE_BASE_URL: "http://bridge.example.com", BRIDGE_SHARED_SECRET: "s" };
  const outcome = await bridgeClient(env, { clock: systemClock }).ask({ type: "Catalog" });
  equal(outcome, { kind: "unreachable", why: "not-allowed" });
});

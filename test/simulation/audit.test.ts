import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AuditReport } from "../../bridge/audit/proof/report.ts";
import { verifyAudit } from "../sandbox/verify-audit.ts";
import { kindOf, type Message, payloadOf, type Scene, startScene } from "../support/scene.ts";

let scene: Scene;
let room: { id: string };
let incident: string;

beforeAll(async () => {
  scene = await startScene();
  incident = await scene.alert({ fixture: "oncall-alert-group-created" });
  room = await scene.room(incident);
});
afterAll(() => scene.stop());

/** Waits for the witness line below this message. */
const witnessBelow = (ts: string) =>
  scene.seen(`the witness line below ${ts}`, ({ slack }) =>
    slack.channels
      .find(({ id }) => id === room.id)
      ?.messages.find((message) => kindOf(message) === "audit_witness" && threadOf(message) === ts),
  );
const threadOf = (message: Message) => (message as { thread_ts?: string }).thread_ts;

const verify = async (...args: string[]) => {
  const { code, text } = await verifyAudit(["--live", "--json", ...args], { SANDBOX_URL: scene.world.url });
  return { code, report: JSON.parse(text) as AuditReport };
};

describe("the audit trail of one incident, from outside", () => {
  test("what was published is witnessed below its card, by a line that the log keeps", async () => {
    const card = await scene.draft(room.id, {
      status: "investigating",
      impact: "Card payments fail",
      components: ["Payments API"],
      component_status: "partial_outage",
    });
    await scene.fillIn({ user: "alex", trigger: "take_command", channel: room.id, values: {} });
    await scene.approve("alex", await scene.readCard(incident, card.draftId, card.version));
    const line = await witnessBelow(card.ts);
    expect(line.text).toMatch(/^audit \d+ [0-9a-f]{16}$/);
    expect(payloadOf(line)).toMatchObject({ incident_id: incident });
    const { code, report } = await verify("--witness", line.text);
    expect(report.findings).toEqual([]);
    expect(report.witnesses).toMatchObject([{ result: "matches" }]);
    expect(report.publish).toMatchObject({ writes: 1, approved: 1 });
    expect(code).toBe(0);
  });

  test("a line that was never posted does not match", async () => {
    expect(await verify("--witness", "audit 1 0123456789abcdef")).toMatchObject({ code: 1 });
  });
});

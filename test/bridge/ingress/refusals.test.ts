import request from "supertest";
import { expect, test } from "vitest";
import { startIngress } from "./start-ingress.ts";

test("whoever knocks at the wrong door is told what is wrong and what to do, in JSON and without a stack", async () => {
  await using bridge = await startIngress();
  const app = request(bridge.apps.public);
  const answers = [
    await app.get("/nowhere").expect(404),
    await app.get("/v1/commands").expect(405).expect("allow", "POST"),
    await app
      .post("/webhooks/grafana-oncall")
      .send({ event: { type: "alert group created" } })
      .expect(401),
    await app.post("/v1/commands").send({ type: "TakeCommand" }).expect(401),
    await app.post("/slack/commands").type("form").send({ text: "status" }).expect(401),
  ];
  for (const { body, type, text } of answers) {
    expect(type).toBe("application/json");
    expect(body.error.code).toMatch(/^[a-z-]+$/);
    expect(body.error.message.length).toBeGreaterThan(10);
    expect(text).not.toMatch(/node_modules| at .*\(/);
  }
  expect(bridge.calls).toEqual([]);
  expect(bridge.stored).toEqual([]);
});

test("health is public and coarse, ready is not on the public side", async () => {
  await using bridge = await startIngress();
  const { body } = await request(bridge.apps.public).get("/health").expect(200);
  expect(body).toMatchObject({ status: "ok", oncallWebhook: "signed" });
  await request(bridge.apps.public).get("/ready").expect(404);
  await request(bridge.apps.internal).get("/ready").expect(200);
});

import { describe, expect, test } from "vitest";
import { bridgeClient } from "../../slack-app/bridge-client.ts";
import { stage } from "./support/hosted.ts";
import { listen } from "./support/listen.ts";
import { INCIDENT } from "./support/samples.ts";

const command = {
  type: "TakeCommand" as const,
  commandId: "Fx1:take_command",
  actor: { userId: "U07RILEYQ4", teamId: "T07KESTREL1" },
  incidentId: INCIDENT,
};

async function answeredWith(answer: { status?: number; json: unknown } | undefined) {
  const server = await listen(() => answer);
  try {
    return await bridgeClient({ BRIDGE_BASE_URL: server.url, BRIDGE_SHARED_SECRET: "s" }).send(command);
  } finally {
    await server.close();
  }
}

describe("asking the bridge", () => {
  test("requests are signed so that the bridge accepts them", async () => {
    await using set = await stage();
    expect(await bridgeClient(set.env).send(command)).toEqual({
      kind: "answered",
      reply: { ok: true, message: "Recorded." },
    });
    expect(set.bridge.commands).toEqual([command]);
  });

  test("a refusal by the rules is an answer", async () => {
    await using set = await stage();
    set.bridge.state.command = () => ({ ok: false, refusal: "resolved", message: "It is over." });
    expect(await bridgeClient(set.env).send(command)).toMatchObject({ kind: "answered", reply: { ok: false } });
  });

  test("a request the bridge will not take is told apart from one that got lost", async () => {
    expect(
      await answeredWith({ status: 401, json: { error: { code: "unauthorized", message: "It is not signed." } } }),
    ).toEqual({
      kind: "refused-request",
      status: 401,
      message: "It is not signed.",
    });
    expect(await answeredWith({ status: 502, json: {} })).toEqual({ kind: "unreachable", why: "bridge-failed" });
    expect(await answeredWith({ status: 429, json: {} })).toEqual({ kind: "unreachable", why: "bridge-failed" });
    expect(await answeredWith(undefined)).toEqual({ kind: "unreachable", why: "no-connection" });
  });

  test("a reply that does not keep the contract is no reply", async () => {
    expect(await answeredWith({ json: { ok: "yes" } })).toEqual({ kind: "unreachable", why: "unreadable-reply" });
  });

  test("a redirect is not followed: the signature is for one host", async () => {
    expect(await answeredWith({ status: 307, json: {} })).toMatchObject({
      kind: expect.not.stringMatching("answered"),
    });
  });

  test("a bridge that does not answer is given up on in time", async () => {
    const server = await listen(() => new Promise(() => {}));
    const client = bridgeClient({ BRIDGE_BASE_URL: server.url, BRIDGE_SHARED_SECRET: "s" });
    expect(await client.send(command, 100)).toEqual({ kind: "unreachable", why: "timeout" });
    await server.close();
  });

  test("without its environment the app says so instead of calling anybody", async () => {
    expect(await bridgeClient({}).send(command)).toEqual({ kind: "unreachable", why: "not-configured" });
    expect(await bridgeClient({ BRIDGE_BASE_URL: "not a url", BRIDGE_SHARED_SECRET: "s" }).send(command)).toEqual({
      kind: "unreachable",
      why: "not-configured",
    });
  });
});

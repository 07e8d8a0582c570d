import { describe, expect, test } from "vitest";
import { createTransport } from "../../../bridge/ingress/transport.ts";
import { fixtureText } from "./payloads.ts";
import { SECRETS, startIngress } from "./start-ingress.ts";

const PUBLIC = { PUBLIC_BASE_URL: "https://bridge.kestrel.example.com", TRUSTED_PROXIES: "10.64.0.0/20, fd00::/8" };
const LOCAL = { PUBLIC_BASE_URL: "http://127.0.0.1:4001" };

describe("how a call came", () => {
  test.each([
    ["from the load balancer, which ended TLS", PUBLIC, "10.64.3.7", ["https"], "tls"],
    ["the same, as a dual-stack socket writes the address", PUBLIC, "::ffff:10.64.3.7", ["https"], "tls"],
    ["from a load balancer with an IPv6 address", PUBLIC, "fd00::7", ["https"], "tls"],
    ["from the load balancer, which got it in the clear", PUBLIC, "10.64.3.7", ["http"], "plaintext"],
    ["from the load balancer without a word", PUBLIC, "10.64.3.7", [], "plaintext"],
    ["from the load balancer with two words", PUBLIC, "10.64.3.7", ["https", "http"], "plaintext"],
    ["from the load balancer with two words in one", PUBLIC, "10.64.3.7", ["https, http"], "plaintext"],
    ["from anybody else who says that it was TLS", PUBLIC, "10.65.0.1", ["https"], "plaintext"],
    ["from this machine, of a bridge that the world can reach", PUBLIC, "127.0.0.1", ["https"], "plaintext"],
    ["from nowhere", PUBLIC, undefined, ["https"], "plaintext"],
    ["from this machine, of a bridge that only it can reach", LOCAL, "127.0.0.1", [], "this-machine"],
    ["the same, as a dual-stack socket writes the address", LOCAL, "::ffff:127.0.0.1", [], "this-machine"],
    ["the same by IPv6", LOCAL, "::1", [], "this-machine"],
    ["from another machine, of a bridge that only this one should reach", LOCAL, "10.64.3.7", ["https"], "plaintext"],
  ])("%s", (_, config, remoteAddress, proto, arrival) => {
    const headersDistinct = proto.length > 0 ? { "x-forwarded-proto": proto } : {};
    expect(createTransport(config)({ headersDistinct, socket: { remoteAddress } })).toBe(arrival);
  });
});

describe("a bridge behind a load balancer", () => {
  const behind = { PUBLIC_BASE_URL: PUBLIC.PUBLIC_BASE_URL, TRUSTED_PROXIES: "127.0.0.0/8" };
  const created = fixtureText("oncall-alert-group-created");

  test("refuses what came in the clear, although it is well signed, does not redirect it and stores nothing", async () => {
    await using bridge = await startIngress({ transport: behind });
    const reply = await bridge.oncall(created);
    expect([reply.status, reply.headers.get("location"), reply.headers.get("strict-transport-security")]).toEqual([
      403,
      null,
      null,
    ]);
    expect(await reply.json()).toMatchObject({ error: { code: "plaintext-refused" } });
    expect(await bridge.inbox.listPending(10)).toEqual([]);
    for (const path of ["/v1/commands", "/slack/commands"]) {
      expect((await fetch(`${bridge.url}${path}`, { method: "POST", body: "{}" })).status, path).toBe(403);
    }
    expect(bridge.log()).toContain("plaintext-refused");
    expect(bridge.log()).not.toContain(SECRETS["oncall-webhook"]);
  });

  test("takes what came by TLS, and tells the caller to stay with it", async () => {
    await using bridge = await startIngress({ transport: behind });
    const reply = await bridge.oncall(created, undefined, { "x-forwarded-proto": "https" });
    expect(reply.status).toBe(200);
    expect(reply.headers.get("strict-transport-security")).toBe("max-age=31536000");
  });

  test("answers the load balancer's own questions, which carry no such header", async () => {
    await using bridge = await startIngress({ transport: behind });
    expect((await fetch(`${bridge.url}/health`)).status).toBe(200);
    expect((await fetch(`${bridge.internalUrl}/ready`)).status).toBe(200);
  });
});

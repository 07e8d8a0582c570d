import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, test } from "vitest";
import { readStartOptions, UsageError } from "../../sandbox/start-options.ts";

const START = fileURLToPath(new URL("../../sandbox/start.ts", import.meta.url));

const run = (args: string[]) =>
  new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", START, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString("utf8");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      err += chunk.toString("utf8");
    });
    child.once("close", (code) => resolve({ code, out, err }));
  });

describe("the command line", () => {
  test("has defaults, and the bridge follows the console", () => {
    const options = readStartOptions([], {});
    assert.deepEqual([options.port, options.bridgePort, options.quiet, options.demo], [4_000, 4_001, false, false]);
    assert.equal(readStartOptions(["--port", "5000"], {}).bridgePort, 5_001);
    assert.equal(readStartOptions(["--port=5000", "--bridge-port", "6000"], {}).bridgePort, 6_000);
    assert.equal(readStartOptions([], { SANDBOX_PORT: "4100" }).port, 4_100);
    assert.equal(readStartOptions(["--port", "5000"], { SANDBOX_PORT: "4100" }).port, 5_000);
  });

  test.each([
    [["--loud"], /--loud/],
    [["extra"], /extra/],
    [["--port", "70000"], /--port 70000 is not a port/],
    [["--port", "4x"], /4x/],
    [["--bridge-port", "4000"], /console's port too/],
    [["--data"], /--data/],
  ])("refuses %j in one sentence", (args, sentence) => {
    assert.throws(
      () => readStartOptions(args, {}),
      (error: unknown) => error instanceof UsageError && sentence.test(error.message) && !error.message.includes("\n"),
    );
  });
});

describe("npm start", () => {
  test("explains its flags", async () => {
    const { code, out } = await run(["--help"]);
    assert.equal(code, 0);
    for (const flag of [
      "--quiet",
      "--demo",
      "--thirty-minutes",
      "--data",
      "--deno",
      "--json",
      "--port",
      "--bridge-port",
    ]) {
      assert.ok(out.includes(flag), flag);
    }
  });

  test("says an unknown flag, a taken port and a taken directory in one line each", async () => {
    const unknown = await run(["--fast"]);
    assert.equal(unknown.code, 1);
    assert.match(unknown.err, /^Unknown option '--fast'.*\n$/);

    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, "127.0.0.1", resolve));
    const { port } = squatter.address() as AddressInfo;
    const taken = await run(["--port", String(port)]);
    await new Promise((resolve) => squatter.close(resolve));
    assert.equal(taken.code, 1);
    assert.match(taken.err, new RegExp(`^Port ${port} .*--port N\\.\\n$`));

    const directory = mkdtempSync(join(tmpdir(), "sandbox-start-"));
    writeFileSync(join(directory, "sandbox.lock"), String(process.pid));
    const held = await run(["--data", directory, "--port", String(port)]);
    rmSync(directory, { recursive: true });
    assert.equal(held.code, 1);
    assert.match(held.err, new RegExp(`^${directory} is in use by process ${process.pid}; .*\\n$`));
  });
});

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Envelope } from "./dispatch.ts";
import { secret } from "./ids.ts";
import type { HostedApp } from "./load-app.ts";
import type { NetworkRule } from "./outgoing.ts";
import type { Runtime } from "./runtime.ts";

const CHILD = fileURLToPath(new URL("./deno-child.ts", import.meta.url));
const CONFIG = "deno.offline.jsonc";

class HostedError extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

/** The native executable of the installed npm package `deno`: its `bin` is a wrapper that would survive a kill. */
function denoExecutable(root: string): string {
  const { runInstall } = createRequire(join(root, "package.json"))("deno/install_api.cjs") as { runInstall(): string };
  return runInstall();
}

const hostsOf = (rule: NetworkRule): string =>
  [rule.slackHost, rule.bridgeHost, ...rule.domains].filter((host) => host !== undefined).join(",");

type Result = { ok: true; answer: unknown } | { ok: false; name: string; message: string };

/**
 * Every delivery in a Deno process of its own, from the sources, with the permissions of the hosted runtime:
 * the network is what the manifest allows, nothing is kept from one delivery to the next.
 */
export function denoRuntime(
  root: string,
  app: HostedApp,
  rule: () => NetworkRule,
  log: (line: string) => void,
): Runtime {
  const config = join(root, CONFIG);
  if (!existsSync(config)) throw new Error(`${config} is missing: functions in Deno need it to find the SDK offline`);
  const executable = denoExecutable(root);
  const children = new Set<ReturnType<typeof spawn>>();

  const deliver = (callbackId: string, envelope: Envelope, signal: AbortSignal): Promise<unknown> =>
    new Promise((done, fail) => {
      const source = app.sources[callbackId];
      if (!source) throw new Error(`function ${callbackId} is not in the manifest`);
      const marker = `#${secret()} `;
      const flags = ["--quiet", "--no-prompt", "--no-remote", "--config", config, "--allow-env", "--allow-read"];
      const child = spawn(executable, ["run", ...flags, `--allow-net=${hostsOf(rule())}`, CHILD], {
        cwd: root,
        stdio: ["pipe", "pipe", "pipe"],
        env: { ...process.env, NO_COLOR: "1" },
      });
      children.add(child);
      let result: Result | undefined;
      let complaint = "";
      signal.addEventListener("abort", () => child.kill("SIGKILL"), { once: true });
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (line.startsWith(marker)) result = JSON.parse(line.slice(marker.length)) as Result;
        else log(`${callbackId} log: ${line}`);
      });
      createInterface({ input: child.stderr }).on("line", (line) => {
        complaint = `${complaint}\n${line}`.slice(-2_000);
        log(`${callbackId} error: ${line}`);
      });
      child.once("error", fail);
      child.once("close", (code) => {
        children.delete(child);
        if (result?.ok) done(result.answer);
        else if (result) fail(new HostedError(result.name, result.message));
        else
          fail(new HostedError("Error", `the Deno process ended with ${code ?? "a signal"} and no answer${complaint}`));
      });
      // A child that dies early closes its stdin; what it said then is in the exit above.
      child.stdin.on("error", () => {});
      child.stdin.end(JSON.stringify({ source: pathToFileURL(join(root, source)).href, marker, envelope }));
    });

  return {
    deliver,
    stop: async () => {
      await Promise.all(
        [...children].map(
          (child) =>
            new Promise((closed) => {
              child.once("close", closed);
              child.kill("SIGKILL");
            }),
        ),
      );
    },
  };
}

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Told } from "./servers/serve.ts";

export interface ServerProcess {
  url: string;
  /** CPU time, user and system, that the process has used so far, in microseconds. */
  cpuMicros(): Promise<number>;
  [Symbol.asyncDispose](): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;

/** Starts one of `servers/` as a child that ends with us. Its log goes nowhere, its complaints to ours. */
export async function startServer(name: string, env: Record<string, string> = {}): Promise<ServerProcess> {
  const child = fork(fileURLToPath(new URL(`./servers/${name}.ts`, import.meta.url)), {
    execArgv: ["--import", "tsx", ...(process.env.BENCH_NODE_ARGS?.split(" ") ?? [])],
    env: { ...process.env, NODE_ENV: "production", AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", ...env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const told = async (): Promise<Told> => {
    const [message] = await once(child, "message", { signal: AbortSignal.timeout(START_TIMEOUT_MS) });
    return message as Told;
  };
  const first = await told();
  if (!("port" in first)) throw new Error(`${name} said its CPU time before its port`);

  return {
    url: `http://127.0.0.1:${first.port}`,
    async cpuMicros() {
      const answer = told();
      child.send("cpu");
      const message = await answer;
      if (!("cpuMicros" in message)) throw new Error(`${name} said its port twice`);
      return message.cpuMicros;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
  };
}

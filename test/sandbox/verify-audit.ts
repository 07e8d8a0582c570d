import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { World } from "./world/world.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Runs the verifier as an auditor would: a process of its own that knows nothing of this one. */
export const verifyAudit = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number; text: string }> => run("bridge/audit/verifier/verify-audit.ts", args, env);

/** Runs the operator's command against the store of a world. */
export const openEpoch = ({ snapshot }: Pick<World, "snapshot">, args: readonly string[]) => {
  const { endpoint, region, tables, log } = snapshot().store;
  return run("bridge/audit/open-epoch.ts", args, {
    AWS_REGION: region,
    DYNAMODB_ENDPOINT: endpoint,
    LEDGER_TABLE: tables.ledger,
    INDEX_TABLE: tables.index,
    CHECKPOINT_DIR: log,
  });
};

function run(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", script, ...args], {
      cwd: ROOT,
      env: { PATH: process.env.PATH ?? "", AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const pieces: Buffer[] = [];
    child.stdout.on("data", (piece: Buffer) => pieces.push(piece));
    child.stderr.on("data", (piece: Buffer) => pieces.push(piece));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, text: Buffer.concat(pieces).toString("utf8") }));
  });
}

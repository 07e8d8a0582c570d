import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { checkBundle } from "../proof/check-bundle.ts";
import type { Witness } from "../proof/check-log.ts";
import { type AuditReport, exitCodeOf, notCheckable, reportText } from "../proof/report.ts";
import { parseVerifierKey, type VerifierKey } from "../proof/signed-note.ts";
import { verifyLive } from "./verify-live.ts";

const USAGE = `npm run verify-audit -- <incident.icaudit.zip | --live> [options]

  --vkey NAME+ID+KEY   the log's verifier key, from a source you trust; repeatable
  --witness SIZE:HEX   a line "audit <size> <16 hex>" that was kept elsewhere; repeatable
  --remember FILE      compares the log with what this file remembers, and writes down what was proved
  --json               the report as JSON

  --live checks a whole ledger where it lies: LEDGER_ENDPOINT and LEDGER_TABLE, or a sandbox at SANDBOX_URL
  (default http://localhost:4000), whose own key it then trusts and says so. --log DIR: the log's directory.

Exit code 0: proved. 1: findings. 2: not checkable.
`;

interface Memory {
  size: number;
  root: string;
}

/** Reads what the auditor gave, checks, prints. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      live: { type: "boolean", default: false },
      vkey: { type: "string", multiple: true, default: [] },
      witness: { type: "string", multiple: true, default: [] },
      remember: { type: "string" },
      log: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const [bundle, ...others] = positionals;
  if ((bundle === undefined) === !values.live || others.length > 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  const keys = values.vkey.map(keyOf);
  const witnesses = values.witness.map(witnessOf);
  const remembered = values.remember === undefined ? undefined : await memoryOf(values.remember);
  const options = { keys, witnesses, remembered };
  const report =
    bundle === undefined
      ? await verifyLive({ ...options, environment: process.env, logDirectory: values.log })
      : await checkBundle(bundle, options);
  if (values.remember !== undefined && report.status === "proved" && report.log) {
    const { size, root } = report.log;
    if (size >= (remembered?.size ?? 0)) await writeFile(values.remember, `${JSON.stringify({ size, root })}\n`);
  }
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  return exitCodeOf(report);
}

/** What was typed cannot be used; nothing was checked. */
class UsageError extends Error {
  override readonly name = "UsageError";
}

function keyOf(text: string): VerifierKey {
  const key = parseVerifierKey(text.trim());
  if (!key) throw new UsageError("--vkey is no verifier key; it looks like name+8 hex+base64");
  return key;
}

function witnessOf(text: string): Witness {
  const [, size, root16] = /^(?:audit )?(\d{1,12})[: ]([0-9a-f]{16})$/.exec(text.trim()) ?? [];
  if (size === undefined || root16 === undefined) throw new UsageError("--witness is not <size>:<16 hex digits>");
  return { size: Number(size), root16 };
}

async function memoryOf(file: string): Promise<Memory | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const { size, root } = JSON.parse(text) as Partial<Memory>;
  if (!Number.isSafeInteger(size) || typeof root !== "string") throw new UsageError(`${file} remembers no checkpoint`);
  return { size: size as number, root };
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // An auditor must never take a crash for a result.
    const report: AuditReport = notCheckable(error instanceof Error ? error.message : String(error));
    process.stderr.write(reportText(report));
    process.exitCode = 2;
  },
);

import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type CommandOutput, wordsOf } from "../command-output.ts";
import { checkBundle } from "../proof/check-bundle.ts";
import type { Witness } from "../proof/check-log.ts";
import { type AuditReport, exitCodeOf, notCheckable, reportText } from "../proof/report.ts";
import { parseVerifierKey, type VerifierKey } from "../proof/signed-note.ts";

/** What the auditor brought along: nothing else decides whether a record is believed. */
export interface Given {
  keys: readonly VerifierKey[];
  witnesses: readonly Witness[];
  remembered: { size: number; root: string } | undefined;
}

/** What can be done in the repository and not in the one file. */
export interface RepositoryOnly {
  live(given: Given, logPlace: string | undefined): Promise<AuditReport>;
  /** Writes the one file. @returns its SHA-256 */
  build(file: string): Promise<string>;
}

const CHECKS = `  --vkey NAME+ID+KEY   the log's verifier key, from a source you trust; repeatable
  --witness SIZE:HEX   a line "audit <size> <16 hex>" that was kept elsewhere; repeatable
  --remember FILE      compares the log with what this file remembers, and writes down what was proved
  --json               the report as JSON
`;
const EXIT_CODES = "Exit code 0: proved. 1: findings. 2: not checkable.\n";
const ALONE = `node verify-audit.mjs <incident.icaudit.zip> [options]\n\n${CHECKS}\n${EXIT_CODES}`;
const IN_REPOSITORY = `npm run verify-audit -- <incident.icaudit.zip | --live | --build FILE> [options]

${CHECKS}
  --live checks a whole ledger where it lies: LEDGER_ENDPOINT and LEDGER_TABLE, or a sandbox at SANDBOX_URL
  (default http://localhost:4000), whose own key it then trusts and says so. --log DIR or s3://BUCKET: the log.

  --build FILE writes the verifier of bundles as one file for Node 20 or newer that needs nothing else, and prints its
  SHA-256: the same for the same sources, whoever builds it.

${EXIT_CODES}`;

/** Reads what the auditor typed, checks, prints. Never throws: a crash must not be taken for a result. @returns the exit code */
export async function runVerifier(
  args: readonly string[],
  output: CommandOutput,
  repository?: RepositoryOnly,
): Promise<number> {
  try {
    return await run(args, output, repository);
  } catch (error) {
    output.stderr.write(reportText(notCheckable(wordsOf(error))));
    return 2;
  }
}

async function run(
  args: readonly string[],
  { stdout, stderr }: CommandOutput,
  repository: RepositoryOnly | undefined,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      live: { type: "boolean", default: false },
      build: { type: "string" },
      vkey: { type: "string", multiple: true, default: [] },
      witness: { type: "string", multiple: true, default: [] },
      remember: { type: "string" },
      log: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const usage = repository ? IN_REPOSITORY : ALONE;
  if (values.help) {
    stdout.write(usage);
    return 0;
  }
  const [bundle, ...others] = positionals;
  const asked = [bundle !== undefined, values.live, values.build !== undefined].filter(Boolean).length;
  if (asked !== 1 || others.length > 0) {
    stderr.write(usage);
    return 2;
  }
  if (values.build !== undefined) {
    stdout.write(`${await needed(repository).build(values.build)}  ${values.build}\n`);
    return 0;
  }
  const { remember } = values;
  const remembered = remember === undefined ? undefined : await memoryOf(remember);
  const given: Given = { keys: values.vkey.map(keyOf), witnesses: values.witness.map(witnessOf), remembered };
  const report =
    bundle === undefined ? await needed(repository).live(given, values.log) : await checkBundle(bundle, given);
  if (remember !== undefined && report.status === "proved" && report.log) {
    // Never a smaller size than before: that would have been a finding.
    const { size, root } = report.log;
    await writeFile(remember, `${JSON.stringify({ size, root })}\n`);
  }
  stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  return exitCodeOf(report);
}

/** What was typed cannot be used; nothing was checked. */
class UsageError extends Error {
  override readonly name = "UsageError";
}

function needed(repository: RepositoryOnly | undefined): RepositoryOnly {
  if (!repository) throw new UsageError("this file checks bundles only; for a live ledger use the repository");
  return repository;
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

async function memoryOf(file: string): Promise<Given["remembered"]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const { size, root } = JSON.parse(text) as { size?: unknown; root?: unknown };
  if (typeof size !== "number" || !Number.isSafeInteger(size) || typeof root !== "string")
    throw new UsageError(`${file} remembers no checkpoint`);
  return { size, root };
}

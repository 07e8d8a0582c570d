import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

interface Patch {
  file: string;
  from: string;
  to: string;
}

/** A copy of the gate with one thing wrong. Each must turn a test red, or no test looks at that thing. */
export interface Mutant {
  no: string;
  name: string;
  patches: readonly Patch[];
  tests: readonly string[];
}

const DECIDE = "bridge/incident/decide/publish.ts";
const APPROVE = "bridge/incident/decide/approve.ts";
const EVOLVE = "bridge/incident/evolve-draft.ts";
const GATE = "bridge/publish-gate/publish.ts";
const WRITE = "bridge/publish-gate/statuspage-write.ts";
const LOOK = "bridge/publish-gate/look-for-attempt.ts";
const STORE = "bridge/ledger/ledger-store.ts";

const PROOFS = [
  "test/simulation/gate/regressions.test.ts",
  "test/simulation/gate/gate.test.ts",
  "test/simulation/gate/explore.test.ts",
];
const LEDGER = ["test/bridge/ledger/ledger.test.ts", "test/simulation/gate/stale-reads.test.ts"];

const one = (no: string, name: string, file: string, from: string, to: string, tests = PROOFS): Mutant => ({
  no,
  name,
  patches: [{ file, from, to }],
  tests,
});

export const MUTANTS: readonly Mutant[] = [
  one(
    "1",
    "authority is not asked at the click",
    APPROVE,
    "const authority = authorityOf(state, command.actor, command.facts, command.ourTeam, now);",
    'const authority = { kind: "granted", basis: "approver-group" };',
  ),
  one(
    "2",
    "authority is not asked at the claim",
    DECIDE,
    'if (authorities.some((authority) => authority.kind === "denied")) return "role-lost";',
    "",
  ),
  one(
    "3",
    "version and hash of the click are not compared",
    APPROVE,
    'if (draft.version !== command.version || draft.contentHash?.slice(0, 16) !== command.hash16) return "stale-version";',
    "",
  ),
  one(
    "4",
    "the clicked message is not compared",
    APPROVE,
    'if (draft.card?.ts !== command.ts || draft.card.channel !== command.channel) return "stale-message";',
    "",
  ),
  {
    no: "5",
    name: "an edit does not void the approval",
    patches: [
      { file: "bridge/incident/decide/drafts.ts", from: "return happened(...voided, {", to: "return happened({" },
      { file: EVOLVE, from: "...withoutApproval(retireCard(unbroken(draft))),", to: "...retireCard(unbroken(draft))," },
    ],
    tests: PROOFS,
  },
  one("6", "approval ids are not compared at the claim", DECIDE, "others ||", "false ||"),
  one("7", "the put has no condition", STORE, 'ConditionExpression: "attribute_not_exists(pk)",', "", LEDGER),
  one(
    "8",
    "the call comes before PublishStarted",
    GATE,
    "ready = await prepare(claim, attempt);",
    "await deps.write(mint(before.content), () => true);\n    ready = await prepare(claim, attempt);",
  ),
  one(
    "9",
    "a revocation does not void",
    EVOLVE,
    'if (draft.state === "PARTIAL" && draft.card) return { ...withoutApproval(draft), state: "SHOWN" };\n      return { ...withoutApproval(retireCard(draft)), state: "DRAFTED" };',
    "return draft;",
  ),
  one(
    "10",
    "the expiry is not asked at the claim",
    DECIDE,
    "if (approvals.some((approval) => now + EXPIRY_MARGIN_MS >= approval.expiresAt)) {",
    "if (false) {",
  ),
  {
    no: "11",
    name: "one person counts as two",
    patches: [
      {
        file: APPROVE,
        from: 'if (another && draft.approvals.some(({ by }) => by === command.actor)) return "already-approved";',
        to: "",
      },
      {
        file: DECIDE,
        from: "people.size < approvalsNeeded(policy)",
        to: "draft.approvals.length < approvalsNeeded(policy)",
      },
    ],
    tests: PROOFS,
  },
  one(
    "12",
    "the lease is not looked at before sending",
    GATE,
    "const inTime = () => LEASE_MS - (clock.monotonic() - claimedAt) >= MIN_LEASE_LEFT_MS;",
    "const inTime = () => true;",
  ),
  one(
    "13",
    "the record is not read back",
    GATE,
    "const recorded = await ledger.snapshotAfresh(incident);",
    'const recorded = { state: claimed.state, head: { seq: claimed.seq, hash: "", at: "" } };',
  ),
  one(
    "13b",
    "reads may be stale",
    STORE,
    "ConsistentRead: true,\n            ExclusiveStartKey",
    "ConsistentRead: false,\n            ExclusiveStartKey",
    LEDGER,
  ),
  one(
    "14",
    "the hash is not made again",
    GATE,
    "const hash = contentHash(content);",
    "const hash = draft.contentHash;",
  ),
  one(
    "15",
    "a timeout counts as a failure",
    WRITE,
    'if (outcome.kind === "unknown") return { kind: "unknown", reason: "the page did not answer in time" };',
    'if (outcome.kind === "unknown") return { kind: "refused", reason: "the page did not answer in time" };',
  ),
  one(
    "16",
    "the client repeats once",
    WRITE,
    "const outcome = await deps.sendOnce({",
    'const outcome = await (async (request: Parameters<typeof deps.sendOnce>[0]) => { const first = await deps.sendOnce(request); return first.kind === "unknown" ? deps.sendOnce(request) : first; })({',
  ),
  one(
    "17",
    "a look at the page always finds",
    LOOK,
    "const marked = listing.filter((entry) => entry.marker === content.marker);",
    'return { result: "found", found: listing[0] ?? { id: "none", name: "", status: "", shortlink: "", updates: [], marker: undefined } };\n  const marked = listing.filter((entry) => entry.marker === content.marker);',
  ),
  one(
    "18",
    "a look at the page never finds",
    LOOK,
    "const marked = listing.filter((entry) => entry.marker === content.marker);",
    'return { result: "absent" };\n  const marked = listing.filter((entry) => entry.marker === content.marker);',
  ),
  one("19", "one absence suffices", EVOLVE, "event.absences >= 2", "event.absences >= 1"),
];

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The code with the mutant's patches in it. @throws when a patch does not fit exactly once */
export function mutated(mutant: Mutant, file: string, code: string): string {
  return mutant.patches
    .filter((patch) => patch.file === file)
    .reduce((current, { from, to }) => {
      const times = current.split(from).length - 1;
      if (times !== 1)
        throw new Error(`mutant ${mutant.no}: its patch fits ${file} ${times} times, it must fit once:\n${from}`);
      return current.replace(from, () => to);
    }, code);
}

interface Report {
  testResults: { name: string; message: string; assertionResults: { fullName: string; status: string }[] }[];
}

/** Runs the proofs against each mutant. @returns true when every one of them turned a test red */
export async function proveMutants(only?: string): Promise<boolean> {
  const chosen = MUTANTS.filter(({ no }) => only === undefined || no === only);
  // All patches are tried first: one that no longer fits proves nothing and must be mended.
  for (const mutant of chosen)
    for (const { file } of mutant.patches) mutated(mutant, file, readFileSync(join(ROOT, file), "utf8"));
  let killed = 0;
  for (const mutant of chosen) {
    const red = await redTests(mutant);
    if (red.length > 0) killed += 1;
    const verdict = red.length > 0 ? `killed by ${red.length}: ${red[0]}` : "SURVIVED";
    process.stdout.write(`${mutant.no.padStart(3)}  ${mutant.name.padEnd(48)} ${verdict}\n`);
  }
  process.stdout.write(`mutants killed ${killed} of ${chosen.length}\n`);
  return killed === chosen.length;
}

/** Full names of the tests that fail with this mutant. @throws when the tests could not be run at all */
async function redTests(mutant: Mutant): Promise<string[]> {
  const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
  const child = spawn(
    process.execPath,
    [vitest, "run", "--config", "test/prove/mutant.vitest.config.ts", "--reporter", "json", ...mutant.tests],
    { cwd: ROOT, env: { ...process.env, MUTANT: mutant.no }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const text = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text.out += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    text.err += chunk;
  });
  await new Promise((resolve) => child.on("close", resolve));
  const start = text.out.indexOf('{"numTotalTestSuites"');
  if (start < 0) throw new Error(`mutant ${mutant.no}: the tests did not run\n${text.out}\n${text.err}`);
  const report = JSON.parse(text.out.slice(start).split("\n")[0] ?? "") as Report;
  const broken = report.testResults.find(({ assertionResults }) => assertionResults.length === 0);
  if (broken) throw new Error(`mutant ${mutant.no}: ${broken.name} could not be loaded\n${broken.message}`);
  return report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ fullName, status }) => (status === "failed" ? [fullName.trim()] : [])),
  );
}

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { createCheckpointSigner } from "../../bridge/audit/checkpoint-signer.ts";
import { exportBundle } from "../../bridge/audit/export-bundle.ts";
import { createStreamCheck, type ItemAsStored } from "../../bridge/audit/proof/check-entries.ts";
import { createPublishCheck } from "../../bridge/audit/proof/check-publishes.ts";
import { buildVerifier } from "../../bridge/audit/verifier/build-verifier.ts";
import type { IncidentEvent } from "../../bridge/incident/events.ts";
import type { StoredEntry } from "../../bridge/ledger/entry-types.ts";
import type { LedgerStore } from "../../bridge/ledger/ledger-store.ts";
import { systemClock as clock } from "../../bridge/platform/clock.ts";
import { silentLogger } from "../../bridge/platform/logger.ts";
import { honestStream, memoryLog, testKey } from "../support/audit.ts";
import { LEDGER_TABLE, type LocalStore, startDynalite } from "../support/dynalite.ts";
import { append, freshIncident, ledgerOn, storedEntries, storeOf } from "../support/ledgers.ts";
import { median } from "./statistics.ts";
import { table } from "./table.ts";

const TARGET_APPEND = 1.3;
const TARGET_VERIFY = 0.5;
/** Peak memory for ten times the entries, as a multiple. */
const TARGET_MEMORY = 1.3;
const APPENDS = 400;
const ENTRIES = 10_000;
/** More than twice as many as either side needs to warm up: the median is a warm one. */
const ROUNDS = 15;
const WRITERS = 16;
const CONTENDED = 160;

/** About 0.8 KB an entry. */
const event = (n: number): IncidentEvent => ({
  type: "NudgeIssued",
  n,
  reason: `reminder ${n} ${"x".repeat(280)}`.slice(0, 300),
});
const verdict = (met: boolean) => (met ? "met" : "NOT MET");

/** What tamper evidence costs: appending, verifying, carrying it to an auditor, and writing against others. */
export async function benchAudit(): Promise<void> {
  await using store = await startDynalite();
  const rows = [await appendCost(store), verificationSpeed(), ...(await bundleMemory()), ...(await contention(store))];
  console.log(["Audit trail.", "", table(["", "measured", "target", ""], rows)].join("\n"));
}

/** One append of the product beside one bare conditional put of the same bytes, turn by turn through the same client. */
async function appendCost(store: LocalStore): Promise<string[]> {
  const puts = storeOf(store.client);
  const ledger = ledgerOn(puts, clock);
  const incident = freshIncident();
  const bare: number[] = [];
  const ours: number[] = [];
  const timed = async (times: number[], work: () => Promise<unknown>) => {
    // The store lives in this process: what it still does for the last call must not be counted for this one.
    await new Promise((resolve) => setTimeout(resolve, 2));
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  };
  for (let n = 1; n <= APPENDS; n += 1) {
    await timed(ours, () => append(ledger, incident, `command-${n}`, event(n)));
    const [{ body, hash, type } = { body: "", hash: "", type: "" }] = await puts.read(incident, n - 1);
    const Item = {
      pk: { S: `BARE#${incident}` },
      sk: { S: `E#${n}` },
      body: { S: body },
      hash: { S: hash },
      type: { S: type },
    };
    await timed(bare, () =>
      store.client.send(
        new PutItemCommand({ TableName: LEDGER_TABLE, Item, ConditionExpression: "attribute_not_exists(pk)" }),
      ),
    );
  }
  // The first ones pay for warming up, on both sides.
  const [a, b] = [median(ours.slice(50)), median(bare.slice(50))];
  return [
    "append / bare conditional put, medians",
    `${(a / b).toFixed(2)} (${a.toFixed(2)} / ${b.toFixed(2)} ms)`,
    `<= ${TARGET_APPEND}`,
    verdict(a / b <= TARGET_APPEND),
  ];
}

/** Every rule of the record beside reading its bytes: parsing and hashing each body once. */
function verificationSpeed(): string[] {
  const incident = freshIncident();
  const stored: StoredEntry[] = honestStream(incident, ENTRIES, (seq) => [event(seq)]);
  const items: ItemAsStored[] = stored.map((item) => ({ ...item, others: [] }));
  const floor: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // Time of the processor and not of the clock: others may want the machine, too.
    const before = process.cpuUsage();
    for (const { body } of stored) {
      JSON.parse(body);
      createHash("sha256").update(body, "utf8").digest("hex");
    }
    floor.push(ENTRIES / spentMs(before));
    const between = process.cpuUsage();
    const publish = createPublishCheck(incident);
    const check = createStreamCheck(incident, { onEntry: (entry) => publish.next(entry) });
    for (const item of items) check.next(item);
    const { findings } = check.end();
    if (findings.length > 0) throw new Error(`an honest stream was accused: ${JSON.stringify(findings[0])}`);
    ours.push(ENTRIES / spentMs(between));
  }
  const [a, b] = [median(ours), median(floor)];
  return [
    "entries verified / parsed and hashed only, a second",
    `${(a / b).toFixed(2)} (${(a * 1_000).toFixed(0)} / ${(b * 1_000).toFixed(0)})`,
    `>= ${TARGET_VERIFY}`,
    verdict(a / b >= TARGET_VERIFY),
  ];
}

function spentMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
}

/** The built verifier in a process of its own, over 1,000 and over 10,000 entries. */
async function bundleMemory(): Promise<string[][]> {
  const directory = await mkdtemp(join(tmpdir(), "bench-audit-"));
  try {
    const verifier = join(directory, "verify-audit.mjs");
    await buildVerifier(verifier);
    const small = await verified(directory, verifier, ENTRIES / 10);
    const large = await verified(directory, verifier, ENTRIES);
    const ratio = large.rssMb / small.rssMb;
    const row = (entries: number, { rssMb, ms }: Verified) => [
      `bundle of ${entries} entries: peak memory, time`,
      `${rssMb.toFixed(0)} MB, ${ms.toFixed(0)} ms`,
      "",
      "",
    ];
    return [
      row(ENTRIES / 10, small),
      row(ENTRIES, large),
      [
        "ten times the entries, times the memory",
        ratio.toFixed(2),
        `<= ${TARGET_MEMORY}`,
        verdict(ratio <= TARGET_MEMORY),
      ],
    ];
  } finally {
    await rm(directory, { recursive: true });
  }
}

interface Verified {
  rssMb: number;
  ms: number;
}

/**
 * The most that the process itself ever held, said by it as it ends. Not `maxRSS` where there is another way: on Linux that
 * never falls below a share of what the parent held when it started the process.
 */
const TELL_PEAK = `data:text/javascript,${encodeURIComponent(`
  import { existsSync, readFileSync } from "node:fs";
  const own = () => /VmHWM:\\s+(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1];
  const peakKb = () => existsSync("/proc/self/status") ? own() : process.resourceUsage().maxRSS;
  process.on("exit", () => process.stderr.write(String(peakKb())));
`)}`;

async function verified(directory: string, verifier: string, entries: number): Promise<Verified> {
  const incident = freshIncident();
  const stored = honestStream(incident, entries, (seq) => [event(seq)]);
  const log = memoryLog();
  const streams = {
    async *items(of: string, afterSeq = 0) {
      for (const item of of === incident ? stored.slice(afterSeq) : []) yield { ...item, others: [] };
    },
    async *incidents() {
      yield incident;
    },
  };
  await createCheckpointSigner({ log, streams, key: testKey(), clock, logger: silentLogger }).cover(incident, entries);
  const pieces: Uint8Array[] = [];
  for await (const piece of exportBundle(incident, { streams, log, key: testKey().verifier, clock }))
    pieces.push(piece);
  const bundle = join(directory, `${entries}.icaudit.zip`);
  await writeFile(bundle, Buffer.concat(pieces));
  const startedAt = performance.now();
  const rssMb = await new Promise<number>((resolve, reject) => {
    const args = [`--import=${TELL_PEAK}`, verifier, bundle, "--vkey", testKey().verifier.text];
    execFile(process.execPath, args, { cwd: directory, env: {} }, (error, stdout, stderr) => {
      if (error || !stdout.endsWith("PROVED\n")) reject(new Error(`not proved: ${stdout}${stderr}`));
      else resolve(Number(stderr) / 1_024);
    });
  });
  return { rssMb, ms: performance.now() - startedAt };
}

/** Sixteen replicas that all want to append to one incident at once. */
async function contention(store: LocalStore): Promise<string[][]> {
  let puts = 0;
  const counted: LedgerStore = {
    ...storeOf(store.client),
    put: (item) => {
      puts += 1;
      return storeOf(store.client).put(item);
    },
  };
  const incident = freshIncident();
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      const ledger = ledgerOn(counted, clock);
      for (let n = 0; n < CONTENDED / WRITERS; n += 1)
        await append(ledger, incident, `writer-${writer}-${n}`, event(n));
    }),
  );
  const ms = performance.now() - startedAt;
  // Verified from its first entry: a fork or a gap throws.
  const entries = await storedEntries(storeOf(store.client), incident);
  const lost = CONTENDED - new Set(entries.map(({ commandId }) => commandId)).size;
  const whole = lost === 0 && entries.length === CONTENDED;
  return [
    [`${WRITERS} writers, ${CONTENDED} appends: puts per append`, (puts / CONTENDED).toFixed(2), "", ""],
    ["the same: appends a second", ((CONTENDED / ms) * 1_000).toFixed(0), "", ""],
    ["the same: lost, twice, forked", `${lost}, ${entries.length - CONTENDED + lost}, 0`, "0, 0, 0", verdict(whole)],
  ];
}

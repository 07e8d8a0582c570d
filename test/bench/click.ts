import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { runCommand } from "../../bridge/api/run-command.ts";
import { bundlesUnprovable } from "../../bridge/audit/bundle-proof.ts";
import { publishEffect } from "../../bridge/effects/publish-effects.ts";
import { createCorrelationRows } from "../../bridge/index-table/correlation.ts";
import { createIncidentRows } from "../../bridge/index-table/incident-rows.ts";
import { createIndexTable } from "../../bridge/index-table/index-table.ts";
import { createTokenBucket } from "../../bridge/index-table/token-bucket.ts";
import { createLedger } from "../../bridge/ledger/ledger.ts";
import { createLedgerStore } from "../../bridge/ledger/ledger-store.ts";
import { createOfferProof } from "../../bridge/offered-proof.ts";
import { silentLogger } from "../../bridge/platform/logger.ts";
import { systemRandom } from "../../bridge/platform/random.ts";
import type { ApproverFacts } from "../../bridge/publish-gate/approver.ts";
import { noCheckpoints } from "../../bridge/publish-gate/checkpoint.ts";
import type { Services } from "../../bridge/services/services.ts";
import { INDEX_TABLE, LEDGER_TABLE, startDynalite } from "../support/dynalite.ts";
import { CARD_TS, DRAFT, hashOf, INCIDENT, PEOPLE, ROOM, TEAM, waiting } from "../support/incident-events.ts";
import { memoryWords, readable } from "../support/memory-words.ts";
import { viewWorld } from "../support/view-world.ts";

const TARGET_ROUND_TRIPS = 4;
const READING_MS = 10_000;

/** DynamoDB round trips one after the other between *Approve & Publish* and the call to the status page, with nothing cached. */
export async function benchClick(): Promise<void> {
  await using store = await startDynalite();
  const trips: string[] = [];
  const counted: Pick<DynamoDBClient, "send"> = {
    // biome-ignore lint/suspicious/noExplicitAny: the SDK's own overloads, passed through
    send: (command: any, ...rest: any[]) => {
      if (command.input.TableName === LEDGER_TABLE) trips.push(command.constructor.name.replace("Command", ""));
      return (store.client.send as (...args: unknown[]) => Promise<never>).call(store.client, command, ...rest);
    },
  };
  const clock = { offset: -READING_MS, now: () => Date.now() + clock.offset, monotonic: () => performance.now() };
  const ledgerOf = (dynamo: Pick<DynamoDBClient, "send">) =>
    readable(
      createLedger({
        store: createLedgerStore({ dynamo, table: LEDGER_TABLE }),
        keepWords: memoryWords.keep,
        clock,
        random: systemRandom,
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      }),
      clock,
    );

  // A room with a card that somebody has had time to read.
  const system = { kind: "system", id: "bench", basis: "effect" } as const;
  await ledgerOf(store.client).execute(INCIDENT, { commandId: "setting", actor: system }, () => ({
    kind: "happened",
    events: waiting(),
  }));
  clock.offset = 0;

  const ledger = ledgerOf(counted);
  const index = createIndexTable({ dynamo: store.client, table: INDEX_TABLE });
  const world = viewWorld();
  const lookUpApprover = (userId: string): Promise<ApproverFacts> =>
    Promise.resolve({
      kind: "known",
      userId,
      teamId: TEAM,
      isBot: false,
      deleted: false,
      restricted: false,
      stranger: false,
      inApproverGroup: true,
      lookedUpAt: clock.now(),
    });
  const deps = {
    ledger,
    correlation: createCorrelationRows({ index, random: systemRandom }),
    rows: createIncidentRows({ index }),
    services: {} as Services,
    library: new Map(),
    world,
    clock,
    random: systemRandom,
    teamId: TEAM,
    approvalTtlMs: 600_000,
    lookUpApprover,
    preparePage: () => Promise.reject(new Error("nobody is paged here")),
    offerProof: createOfferProof({ carriesSecret: () => false, proveBundle: bundlesUnprovable }),
    findOnPage: () => Promise.resolve("unreadable" as const),
    brief: () => Promise.reject(new Error("nobody asks for a brief here")),
    components: () => [],
  };
  const bucket = createTokenBucket({ index, clock, name: "bench", burst: 5, refillMs: 1_000 });
  let called = -1;
  const gate = publishEffect({
    ledger,
    clock,
    random: systemRandom,
    log: silentLogger,
    owner: "bench",
    ourTeam: TEAM,
    lookUpApprover,
    configuredPolicy: () => "default",
    scan: world.scan,
    pageToken: () => bucket.take(),
    checkpoints: noCheckpoints,
    storeSkewMs: () => 0,
    sleep: () => new Promise(() => undefined),
    page: { getIncident: () => Promise.resolve(undefined), listIncidents: () => Promise.resolve([]) },
    write: () => {
      called = trips.length;
      return Promise.resolve({
        kind: "published",
        targetId: "h4z9w6tq1mxk",
        url: "https://status.example.com/i/1",
        rev: "u1|investigating",
      });
    },
    settleMs: 40_000,
  });

  const startedAt = performance.now();
  const reply = await runCommand(
    {
      type: "ApproveDraft",
      commandId: "click-1",
      actor: { userId: PEOPLE.jordan, teamId: TEAM },
      incidentId: INCIDENT,
      draftId: DRAFT,
      version: 1,
      hash16: hashOf().slice(0, 16),
      channel: ROOM,
      ts: CARD_TS,
    },
    deps,
  );
  if (!reply.ok) throw new Error(`the click was refused: ${reply.message}`);
  const answeredMs = performance.now() - startedAt;
  await gate({ kind: "publish", id: "bench", draftId: DRAFT }, await ledger.recall(INCIDENT));
  if (called < 0) throw new Error("the status page was never called");

  console.log(
    `From the click to the call to the status page: ${called} DynamoDB round trips of the ledger, one after the other`,
  );
  console.log(`  ${trips.slice(0, called).join(" → ")}`);
  console.log(
    `  target at most ${TARGET_ROUND_TRIPS}: ${called <= TARGET_ROUND_TRIPS ? "met" : "NOT MET"}; the click itself was answered after ${answeredMs.toFixed(0)} ms`,
  );
}

import { load } from "./load.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { signedAlerts, WEBHOOK_PATH } from "./signed-alerts.ts";
import { median } from "./statistics.ts";
import { table } from "./table.ts";

interface Subject {
  /** One of `servers/`. */
  file: string;
  title: string;
}
const SIMPLEST: Subject = { file: "express-put", title: "Express, HMAC, one put" };
const OURS: Subject = { file: "our-ingress", title: "our ingress" };
const ALL: readonly Subject[] = [
  { file: "bare-http", title: "node:http, HMAC" },
  { file: "express-hmac", title: "Express, HMAC" },
  SIMPLEST,
  OURS,
];

const ROUNDS = 5;
const ROUND_SECONDS = 2;
/** A process that answered fewer still compiles its code: measured then, the larger program would only look slower. */
const WARM_UP_ANSWERS = 3_000;
const WARM_UP_MAX_SECONDS = 10;
const CONNECTIONS = 20;
/** Validating and deduplicating may cost a fifth over the least that keeps an alert. */
const TARGET_SHARE = 0.8;

interface Round {
  perSecond: number;
  p99Ms: number;
  cpuMicrosPerRequest: number;
}
type Rounds = ReadonlyMap<Subject, readonly Round[]>;

/** Webhooks a second of the ingress beside simpler receivers, all in one run. */
export async function benchIngress(): Promise<void> {
  console.log(
    [
      `Ingress: signed webhooks, each of another alert group; ${ROUNDS} rounds of ${ROUND_SECONDS} s in turns, ${CONNECTIONS} connections, medians.`,
      "Receiver, store and sender are processes of their own on this machine and share its cores.",
    ].join("\n"),
  );
  const kept = await compare(ALL, "store");
  console.log(`\nOver a local DynamoDB, which is slower than any receiver:\n${tableOf(kept)}`);
  const share = shareOf(kept, OURS, "perSecond");
  const met = share >= TARGET_SHARE ? "met" : "NOT MET";
  console.log(`${OURS.title} / ${SIMPLEST.title}: ${share.toFixed(2)} (target ${TARGET_SHARE.toFixed(2)}: ${met})`);

  const instant = await compare([SIMPLEST, OURS], "instant-store");
  console.log(`\nOver a store that answers at once and keeps nothing, so that only the receiver is slow:`);
  console.log(tableOf(instant));
}

async function compare(subjects: readonly Subject[], storeFile: string): Promise<Rounds> {
  await using store = await startServer(storeFile);
  const servers = new Map<Subject, ServerProcess>();
  try {
    for (const subject of subjects) servers.set(subject, await startServer(subject.file, { STORE_URL: store.url }));
    return await measure(servers);
  } finally {
    for (const server of servers.values()) await server[Symbol.asyncDispose]();
  }
}

/** Rounds take turns, so that whatever else this machine does hits all alike. */
async function measure(servers: ReadonlyMap<Subject, ServerProcess>): Promise<Rounds> {
  const send = { path: WEBHOOK_PATH, connections: CONNECTIONS, next: signedAlerts() };
  const rounds = new Map<Subject, Round[]>();
  for (const { url } of servers.values()) {
    let answered = 0;
    for (let second = 0; second < WARM_UP_MAX_SECONDS && answered < WARM_UP_ANSWERS; second += 1) {
      answered += (await load({ ...send, url, seconds: 1 })).answers;
    }
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [subject, { url, cpuMicros }] of servers) {
      const before = await cpuMicros();
      const { answers, perSecond, p99Ms } = await load({ ...send, url, seconds: ROUND_SECONDS });
      const cpuMicrosPerRequest = ((await cpuMicros()) - before) / answers;
      rounds.set(subject, [...(rounds.get(subject) ?? []), { perSecond, p99Ms, cpuMicrosPerRequest }]);
    }
  }
  return rounds;
}

const typical = (rounds: Rounds, subject: Subject, field: keyof Round) =>
  median((rounds.get(subject) ?? []).map((round) => round[field]));

const shareOf = (rounds: Rounds, subject: Subject, field: keyof Round) =>
  typical(rounds, subject, field) / typical(rounds, SIMPLEST, field);

const tableOf = (rounds: Rounds): string =>
  table(
    ["", "req/s", "ratio", "p99 ms", "CPU µs/req", "ratio"],
    [...rounds.keys()].map((subject) => [
      subject.title,
      typical(rounds, subject, "perSecond").toFixed(0),
      shareOf(rounds, subject, "perSecond").toFixed(2),
      typical(rounds, subject, "p99Ms").toFixed(1),
      typical(rounds, subject, "cpuMicrosPerRequest").toFixed(0),
      shareOf(rounds, subject, "cpuMicrosPerRequest").toFixed(2),
    ]),
  );

import { freePort } from "../sandbox/world/bridge-process.ts";
import { startWorld } from "../sandbox/world/world.ts";
import { criticalPath } from "./critical-path.ts";
import { type Slowed, slowCalls } from "./slow-calls.ts";
import { type SeenCall, slowPathTo } from "./slow-path-to.ts";
import { median } from "./statistics.ts";
import { table } from "./table.ts";

const SAMPLES = 2;
/** Added to each external call. From the second on the bridge's own work hides behind the calls; what the third adds is calls alone. */
const DELAYS_MS = [0, 200, 400] as const;
const TARGET_ROUND_TRIPS = 5;
/** Added to every call that leaves the bridge or the hosted functions, look-ups at vendors too. */
const EVERYWHERE_MS = 250;
const TARGET_MS = 3_000;
const PATIENCE_MS = 20_000;

interface Opening {
  alertToPeopleMs: number;
  doorbellToPeopleMs: number;
  /** Slack's own: from its answer to the doorbell until the hosted function makes its first call. */
  workflowStartMs: number;
  /** Names of the calls that waited for each other, from the doorbell to the invitation. */
  path: readonly string[];
}

/** From one alert until the people on call are in its room: the real bridge and hosted functions in a world on this machine. */
export async function benchRoom(): Promise<void> {
  const openings = new Map<number, Opening[]>(DELAYS_MS.map((delayMs) => [delayMs, []]));
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    for (const [delayMs, sofar] of openings) sofar.push(await openRoom(delayMs));
  }
  const typical = (delayMs: number, field: "alertToPeopleMs" | "doorbellToPeopleMs") =>
    median((openings.get(delayMs) ?? []).map((opening) => opening[field]));

  // Calls answered at once overlap within a millisecond; only stretched ones show who waited for whom.
  const stretched = DELAYS_MS.filter((delayMs) => delayMs > 0).flatMap((delayMs) => openings.get(delayMs) ?? []);
  const roundTrips = Math.max(...stretched.map(({ path }) => path.length));
  const [, short, long] = DELAYS_MS;
  const grown = typical(long, "doorbellToPeopleMs") - typical(short, "doorbellToPeopleMs");
  const rows = DELAYS_MS.map((delayMs) => [
    `each call takes ${delayMs} ms longer`,
    typical(delayMs, "alertToPeopleMs").toFixed(0),
    typical(delayMs, "doorbellToPeopleMs").toFixed(0),
  ]);
  console.log(
    [
      `Room: one alert until the people on call are in its channel; ${SAMPLES} fresh worlds each, medians.`,
      "",
      table(["", "alert to people, ms", "doorbell to people, ms"], rows),
      "",
      ...[...new Set(stretched.map(({ path }) => path.join(" > ")))].map((path) => `path: ${path}`),
      `sequential external round trips: ${roundTrips} (target ${TARGET_ROUND_TRIPS}: ${roundTrips <= TARGET_ROUND_TRIPS ? "met" : "NOT MET"})`,
      `check: ${long - short} ms more a call took ${grown.toFixed(0)} ms more in all, which is ${(grown / (long - short)).toFixed(1)} calls`,
    ].join("\n"),
  );

  const everywhere: Opening[] = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) everywhere.push(await openRoom(EVERYWHERE_MS, "every call"));
  const ours = everywhere.map(({ alertToPeopleMs, workflowStartMs }) => alertToPeopleMs - workflowStartMs);
  const slowest = Math.max(...ours);
  console.log(
    [
      "",
      `With ${EVERYWHERE_MS} ms added to every external call (Slack's Web API, OnCall, Grafana, GitHub, WorkOS, functions to bridge):`,
      ...everywhere.map(({ path }, n) => `${ours[n]?.toFixed(0)} ms: ${path.join(" > ")}`),
      `alert to people in the room, apart from Slack's own workflow start: ${slowest.toFixed(0)} ms (target ${TARGET_MS}: ${slowest < TARGET_MS ? "met" : "NOT MET"})`,
    ].join("\n"),
  );
}

/** Other look-ups hold nobody up: they fill the first message in later. */
const FINDING_PEOPLE = new Set(["oncall", "workos"]);

async function openRoom(delayMs: number, slowed: Slowed = "the opening"): Promise<Opening> {
  const bridgePort = await freePort();
  await using toBridge = await slowPathTo(bridgePort, delayMs);
  const world = await startWorld({ bridgePort, functionEnv: { BRIDGE_BASE_URL: toBridge.url } });
  try {
    const inSlack: SeenCall[] = [];
    const lookups: SeenCall[] = [];
    let doorbell: SeenCall | undefined;
    world.onChange((change) => {
      if (slowed === "every call" && change.part === "vendor" && FINDING_PEOPLE.has(String(change.vendor))) {
        lookups.push({
          name: `${change.vendor} ${String(change.path).split("/").slice(0, 4).join("/")}`,
          startedAt: change.at - delayMs,
          endedAt: change.at,
        });
      }
      if (change.part !== "slack") return;
      if (change.type === "trigger" && change.trigger === "doorbell" && !doorbell) {
        doorbell = { name: "doorbell", startedAt: change.at, endedAt: change.at + delayMs };
      }
      // The companion's calls are the bridge's own; the room is opened by the hosted app.
      if (change.type === "request" && change.user === "U07HOSTBOT1" && change.ok === true) {
        inSlack.push({ name: String(change.method), startedAt: change.at - Number(change.ms), endedAt: change.at });
      }
    });

    // Look-ups run beside the doorbell and would blur what waits for what; they are slowed where the whole is measured.
    if (delayMs > 0) slowCalls(world, delayMs, slowed);

    const alertedAt = Date.now();
    const outcome = await world.alert({ fixture: "oncall-alert-group-created" });
    if (outcome.status !== 200) throw new Error(`the alert was answered ${outcome.status}`);
    const invited = await world.until(() => inSlack.find(({ name }) => name === "conversations.invite"), PATIENCE_MS);
    if (!invited || !doorbell) throw new Error(`nobody was invited within ${PATIENCE_MS} ms of the alert`);

    const toUs = toBridge.calls.map(named);
    const { endedAt: rungAt } = doorbell;
    const firstCall = Math.min(...toUs.map(({ startedAt }) => startedAt).filter((startedAt) => startedAt >= rungAt));
    const calls = [doorbell, ...toUs, ...lookups, ...inSlack];
    return {
      alertToPeopleMs: invited.endedAt - alertedAt,
      doorbellToPeopleMs: invited.endedAt - doorbell.startedAt,
      workflowStartMs: Number.isFinite(firstCall) ? firstCall - rungAt : 0,
      path: criticalPath(calls, invited).map(({ name }) => name),
    };
  } finally {
    await world.stop();
  }
}

/** `/v1/outbox/claim` > `claim`, `/v1/outbox/<effect>/done` > `report`. */
const named = (call: SeenCall): SeenCall => ({
  ...call,
  name: call.name.endsWith("/done") ? "report" : (call.name.split("/").at(-1) ?? call.name),
});

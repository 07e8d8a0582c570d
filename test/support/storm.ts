import { SERVICES_FILE } from "../sandbox/world/bridge-env.ts";
import { readRecord } from "./record-check.ts";
import type { Scene } from "./scene.ts";

/** Everything as the sandbox has it: alert groups of one service collect in one incident. */
export const COLLECTING = { SERVICES_FILE };

export interface StormReport {
  sent: number;
  accepted: number;
  /** First answers by status; 0: none within the sender's patience, and it sends again. */
  answers: Record<number, number>;
  /** Accepted alerts that no ledger holds. */
  lost: number;
  incidents: number;
  rooms: number;
  /** Ledger entries that the alerts cost. */
  entries: number;
  /** Calls that Slack refused because we had made too many. */
  tooMany: number;
  /** From the first alert until people were in the room. */
  roomAfterMs: number;
  /** From the last alert until all were in the ledger. */
  settledAfterMs: number;
  slowestAnswerMs: number;
}

/** So many alert groups of one service, spread evenly over `overMs`, none of which the sender repeats. */
export async function playStorm(
  scene: Scene,
  { alerts, overMs, service, patienceMs }: { alerts: number; overMs: number; service: string; patienceMs: number },
): Promise<StormReport> {
  let tooMany = 0;
  const before = new Set(await scene.incidents());
  const stopCounting = scene.world.onChange((change) => {
    if (change.part === "slack" && change.type === "request" && change.error === "ratelimited") tooMany += 1;
  });
  try {
    const startedAt = performance.now();
    let invitedAt = 0;
    const stopWatching = scene.world.onChange((change) => {
      if (
        invitedAt === 0 &&
        change.type === "request" &&
        change.method === "conversations.invite" &&
        change.ok === true
      )
        invitedAt = performance.now();
    });
    const outcomes = await Promise.all(
      Array.from({ length: alerts }, async (_, n) => {
        await new Promise((resolve) => setTimeout(resolve, (overMs * n) / alerts));
        const group = `ISTORM${service.toUpperCase().slice(0, 2)}${String(n).padStart(5, "0")}`;
        const outcome = await scene.world.alert({
          fixture: "oncall-alert-group-created",
          overrides: {
            alert_group_id: group,
            alert_group: { id: group, title: `${service} alert ${n}`, labels: { service, severity: "critical" } },
            alert_payload: { commonLabels: { service, severity: "critical" } },
          },
        });
        return { ...outcome, group };
      }),
    );
    const lastAt = performance.now();
    const taken = outcomes.filter(({ status }) => status >= 200 && status < 300).map(({ group }) => group);
    const accepted = taken.length;

    const attached = async () => {
      const { streams } = readRecord(await scene.world.ledger());
      const ours = [...streams].filter(([incident]) => !before.has(incident));
      const carrying = ours.flatMap(([, entries]) =>
        entries.filter(({ events }) => events.some(({ type }) => type === "AlertAttached")),
      );
      const held = new Set(
        carrying.flatMap(({ events }) =>
          events.flatMap((event) => (event.type === "AlertAttached" ? [event.groupId] : [])),
        ),
      );
      // By name: what had no answer may be in there as well, and must not make up for what was lost.
      return {
        incidents: ours.length,
        entries: carrying.length,
        lost: taken.filter((group) => !held.has(group)).length,
      };
    };
    let found = await attached();
    while (found.lost > 0 && performance.now() - lastAt < patienceMs) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      found = await attached();
    }
    const settledAt = performance.now();
    const [incident = ""] = (await scene.incidents()).filter((id) => !before.has(id));
    await scene.room(incident, patienceMs);
    stopWatching();
    return {
      sent: alerts,
      accepted,
      answers: Object.fromEntries(
        [...new Set(outcomes.map(({ status }) => status))].map((status) => [
          status,
          outcomes.filter((outcome) => outcome.status === status).length,
        ]),
      ),
      lost: found.lost,
      incidents: found.incidents,
      entries: found.entries,
      rooms: scene.snapshot().slack.channels.filter(({ name }) => name.startsWith("inc-")).length,
      tooMany,
      roomAfterMs: invitedAt - startedAt,
      settledAfterMs: settledAt - lastAt,
      slowestAnswerMs: Math.max(...outcomes.map(({ ms }) => ms)),
    };
  } finally {
    stopCounting();
  }
}

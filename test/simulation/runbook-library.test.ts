import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Runbook } from "../../bridge/runbooks/schema.ts";
import type { Phase } from "../../shared/vocabulary.ts";
import { startLocalSlack } from "../sandbox/slack/local-slack.ts";
import { blockFaults } from "../slack-app/support/block-faults.ts";
import { LIBRARY } from "../support/library.ts";
import { ofType } from "../support/record-check.ts";
import { type Channel, kindOf, type Message, type Scene, startScene, textOf } from "../support/scene.ts";

/** The review has no message of its own: the closing message stands for it. */
const WALKED: readonly Phase[] = ["detect", "contain", "preserve", "diagnose", "recover", "validate"];
/** How a message says that not everything found room in it. */
const LEFT_OUT = /more lines|too long to show|\(cut\)|no usable link|link too long/;
const SERVICE = "payments";

/** So many rooms are worked in at once, one runbook after another: Slack lets an app open few channels a minute. */
const ROOMS = 3;
const RUNBOOKS = [...LIBRARY.values()].map(({ runbook }) => runbook);

let scene: Scene;
const rooms: { incident: string; room: Channel }[] = [];

beforeAll(async () => {
  // What is rehearsed is the text; so many moves of one app would wait minutes for Slack's limits of calls.
  const startSlack: typeof startLocalSlack = (options) =>
    startLocalSlack({ ...options, limits: { ...options.limits, callWindowMs: 1_000 } });
  scene = await startScene({ startSlack });
  for (let n = 1; n <= ROOMS; n += 1) {
    const labels = { alertname: "Rehearsal", service: SERVICE, severity: "critical" };
    const id = `IREHEARSE${n}`;
    const incident = await scene.alert({
      fixture: "oncall-alert-group-created",
      overrides: {
        alert_group_id: id,
        alert_group: { id, labels, title: `Rehearsal ${n}` },
        alert_payload: {
          alerts: [{ status: "firing", labels, annotations: {}, startsAt: "2026-11-21T09:10:00Z" }],
          commonLabels: labels,
          groupLabels: {},
        },
      },
    });
    const room = await scene.room(incident);
    await scene.fillIn({ user: "alex", trigger: "take_command", channel: room.id, values: {} });
    rooms.push({ incident, room });
  }
}, 120_000);
afterAll(() => scene.stop());

describe("every runbook of the library, opened in a room and walked through its phases", () => {
  test.concurrent.each(Array.from({ length: ROOMS }, (_, lane) => lane))(
    "has messages that Slack takes and that leave nothing out (room %i)",
    async (lane) => {
      for (const [index, runbook] of RUNBOOKS.entries()) if (index % ROOMS === lane) await rehearse(runbook, lane);
      const { incident } = rooms[lane] ?? {};
      const failed = ofType(await scene.events(incident ?? ""), "EffectFailed");
      expect(failed.filter(({ error }) => error !== "ratelimited")).toEqual([]);
    },
    240_000,
  );
});

async function rehearse(runbook: Runbook, lane: number): Promise<void> {
  const { room } = rooms[lane] ?? {};
  if (!room) throw new Error(`there is no room ${lane}`);
  const isDefault = runbook.id === "default";
  if (!isDefault) expect(await scene.slash("alex", room.id, `runbook ${runbook.id}`)).toContain("Attached");
  const texts: string[] = [];
  for (const phase of WALKED) {
    await scene.slash("alex", room.id, `phase ${phase} rehearsing ${runbook.id}`);
    const { blocks } = await shown(room, phase, runbook);
    const text = textOf(blocks);
    expect(blockFaults(blocks), `${runbook.id} in ${phase}`).toEqual([]);
    expect(text, `${runbook.id} in ${phase}`).not.toMatch(LEFT_OUT);
    expect(text, `${runbook.id} in ${phase}`).not.toContain("{{");
    texts.push(text);
  }
  const everything = texts.join("\n");
  const { prohibited, immediate, evidence, diagnose, recovery, gate } = runbook;
  const told = [
    ...prohibited.map(({ dont }) => dont),
    ...immediate.map((action) => action.do),
    ...evidence.map(({ what }) => what),
    ...diagnose.map(({ ask }) => ask),
    ...recovery.flatMap(({ steps }) => steps.map((step) => step.do)),
    ...gate.map(({ check }) => check),
  ].map((words) => words.replaceAll("{{service}}", SERVICE));
  expect(told.filter((words) => !everything.includes(words))).toEqual([]);
  if (!isDefault)
    expect(await scene.slash("alex", room.id, `runbook detach ${runbook.id} rehearsed`)).toContain("Detached");
}

const shown = (room: Channel, phase: Phase, { id }: Runbook): Promise<Message> =>
  scene.seen(`the checklist of ${phase} for ${id} in #${room.name}`, ({ slack }) =>
    slack.channels
      .find((one) => one.id === room.id)
      ?.messages.findLast((message) => {
        if (kindOf(message) !== "incident_checklist") return false;
        const text = textOf(message.blocks);
        return text.startsWith(`Checklist · ${phase}\n`) && text.includes(`(${id}@`);
      }),
  );

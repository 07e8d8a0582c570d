import { afterAll, beforeAll, expect, test } from "vitest";
import type { Incident } from "../../bridge/incident/state.ts";
import {
  type CrashRun,
  changesSomething,
  changesTruth,
  differs,
  everyDeath,
  type Lane,
  roomIsOpen,
  shownIn,
  startLanes,
  survive,
} from "../support/crash-lane.ts";
import { eventsOf, ofType } from "../support/record-check.ts";

const ACTOR = { userId: "U07ALEXLIN1", teamId: "T07KESTREL1" };
/** A card must have stood three seconds before a click on it counts. */
const READING_MS = 3_100;

let lanes: Lane[];
beforeAll(async () => {
  lanes = await startLanes(4);
}, 60_000);
afterAll(async () => {
  await Promise.all(lanes.map((lane) => lane.close()));
}, 60_000);

/** An open room whose commander is alex, and a bridge that has not died yet. */
async function commanded(run: CrashRun): Promise<{ id: string; first: Awaited<ReturnType<CrashRun["start"]>> }> {
  const first = await run.start();
  if (!(await run.alert())) throw new Error("the alert was not accepted");
  const { id } = await run.until("the room", () => roomIsOpen(run));
  const taken = await run.command({ type: "TakeCommand", commandId: "take", actor: ACTOR, incidentId: id });
  if (!taken?.ok) throw new Error(`command was refused: ${taken?.message}`);
  return { id, first };
}

const onlyDraft = (incident: Incident | undefined) => [...(incident?.drafts.values() ?? [])][0];

/** The person presses the button that the card offers; what Slack or the bridge say to it does not matter here. */
const press = (lane: Lane, draft: ReturnType<typeof onlyDraft>) =>
  draft?.card &&
  lane.slack.click({
    user: "alex",
    channel: draft.card.channel,
    ts: draft.card.ts,
    action_id: draft.state === "SHOWN" ? "approve_publish" : "approve_again",
  });

test("an approved text is public once, wherever between two of its calls the bridge dies", async () => {
  const { deaths, wrong } = await everyDeath(lanes, "each", (lane, death) =>
    survive(lane, async (run, died) => {
      const { id, first } = await commanded(run);
      await run.command({
        type: "RequestStatusUpdate",
        commandId: "request",
        actor: ACTOR,
        incidentId: id,
        status: "investigating",
        impact: "Card payments fail for some customers",
        components: [{ id: "k7m2x9q4wtzn", status: "partial_outage" }],
        notifySubscribers: true,
      });
      const shown = await run.until("the card", async () => {
        const draft = onlyDraft(await run.incident());
        return draft?.state === "SHOWN" ? draft : undefined;
      });
      run.advance(READING_MS);

      /** Published, and the card says so. Meanwhile people and time do their part. */
      const pressed = new Set<string>();
      const published = async (): Promise<true | undefined> => {
        const draft = onlyDraft(await run.incident());
        if (draft?.state === "PUBLISHED" && draft.card?.repaintedRev === "PUBLISHED") return true;
        if (first.proxy.dead) await help(draft);
        return undefined;
      };
      const help = async (draft: ReturnType<typeof onlyDraft>) => {
        const waitFor = draft?.state === "UNKNOWN" ? draft.attempt?.lookAfter : draft?.notBefore;
        if (waitFor !== undefined && waitFor > run.now()) run.advance(waitFor - run.now());
        if (!draft?.card || !["SHOWN", "NEEDS_HUMAN", "FAILED"].includes(draft.state)) return;
        const button = `${draft.card.ts} ${draft.state}`;
        if (pressed.has(button)) return;
        pressed.add(button);
        run.advance(READING_MS);
        await press(lane, draft);
      };

      first.proxy.plan({ ...death, counts: changesSomething });
      await press(lane, shown);
      await run.until("the publication or the death", async () => first.proxy.dead || (await published()));
      if (first.proxy.dead) {
        died(`${death.at}, ${first.proxy.last}`);
        await run.comeBack("long", "the publication", published);
      }
      const events = eventsOf(await run.record(), id);
      return {
        reached: first.proxy.dead,
        wrong: [
          ...(await run.faults()),
          ...differs("public entries", run.statuspage.state.incidents.length, 1),
          ...differs("updates", run.statuspage.state.incidents[0]?.incident_updates.length, 1),
          ...differs("mails to subscribers", run.statuspage.state.notifications, 1),
          ...differs(
            "the public text",
            run.statuspage.state.incidents[0]?.incident_updates[0]?.body,
            ofType(events, "DraftProposed")[0]?.content.body,
          ),
        ],
      };
    }),
  );
  expect(wrong).toEqual([]);
  expect(deaths).toBeGreaterThan(8);
}, 240_000);

test("a resolved incident has one postmortem, and its room is told once, wherever the bridge dies", async () => {
  const { deaths, wrong } = await everyDeath(lanes, "around", (lane, death) =>
    survive(lane, async (run, died) => {
      const { id, first } = await commanded(run);
      const resolve = () =>
        run.command({
          type: "ResolveIncident",
          commandId: "resolve",
          actor: ACTOR,
          incidentId: id,
          summary: "A deploy lowered the gateway's timeout; it was rolled back.",
          outcome: "resolved",
          overrideReason: "The alert clears within minutes.",
        });

      /** Everything has followed that follows from a resolution. Linear is asked again a minute after it was not reached. */
      let waited = false;
      const closed = async (): Promise<true | undefined> => {
        const incident = await run.incident();
        if (incident?.postmortem.delayed !== undefined && !incident.postmortem.filed) {
          if (!waited) await run.minute();
          waited = true;
        }
        const told = incident?.messages.has("closing") && incident.messages.has("postmortem");
        return incident?.postmortem.filed && told ? true : undefined;
      };

      first.proxy.plan({ ...death, counts: changesTruth });
      const answered = await resolve();
      await run.until("the end or the death", async () => first.proxy.dead || (await closed()));
      if (first.proxy.dead) {
        died(`${death.at}, ${first.proxy.last}, ${death.outage} outage`);
        let heard = answered?.ok ?? false;
        await run.comeBack(death.outage, "the end", async () => {
          // The form's second submission is the same command.
          if (!heard) heard = (await resolve())?.ok ?? false;
          return closed();
        });
      }
      const events = eventsOf(await run.record(), id);
      return {
        reached: first.proxy.dead,
        wrong: [
          ...(await run.faults()),
          ...differs("resolutions", ofType(events, "IncidentResolved").length, 1),
          ...differs("issues in Linear", run.linear.state.issues.length, 1),
          ...differs("closing messages", shownIn(run, "closing"), 1),
          ...differs("postmortem messages", shownIn(run, "postmortem"), 1),
        ],
      };
    }),
  );
  expect(wrong).toEqual([]);
  expect(deaths).toBeGreaterThan(8);
}, 240_000);

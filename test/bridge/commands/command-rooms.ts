import { createApproverLookup } from "../../../bridge/approvers.ts";
import { bundlesUnprovable } from "../../../bridge/audit/bundle-proof.ts";
import { createBriefs } from "../../../bridge/briefs.ts";
import { type CommandsDeps, createCommands } from "../../../bridge/commands/create-commands.ts";
import type { IncidentEvent } from "../../../bridge/incident/events.ts";
import type { Incident } from "../../../bridge/incident/state.ts";
import { createBriefMarks } from "../../../bridge/index-table/brief-marks.ts";
import { createCorrelationRows } from "../../../bridge/index-table/correlation.ts";
import { createIndexTable } from "../../../bridge/index-table/index-table.ts";
import { createOfferProof } from "../../../bridge/offered-proof.ts";
import { createHttp } from "../../../bridge/platform/http.ts";
import { silentLogger } from "../../../bridge/platform/logger.ts";
import { systemRandom } from "../../../bridge/platform/random.ts";
import { createTasks } from "../../../bridge/platform/tasks.ts";
import { createFindOnPage } from "../../../bridge/publish-gate/find-on-page.ts";
import type { PageIncident } from "../../../bridge/publish-gate/page-reader.ts";
import { carriesSecret } from "../../../bridge/runbooks/carries-secret.ts";
import { createCompanion } from "../../../bridge/slack-api/companion.ts";
import { scanOf } from "../../../bridge/world.ts";
import { FaultBoard } from "../../sandbox/faults.ts";
import { INDEX_TABLE, startDynalite } from "../../support/dynalite.ts";
import { PEOPLE, TEAM } from "../../support/incident-events.ts";
import { append, freshIncident, ledgerOn, storedEntries, storeOf } from "../../support/ledgers.ts";
import { LIBRARY } from "../../support/library.ts";
import { startLocalServer } from "../../support/local-server.ts";
import { startSlackWebApi } from "../../support/slack-web-api.ts";
import { fixedSecrets } from "../../support/sources.ts";
import { viewWorld } from "../../support/view-world.ts";
import { woundClock } from "../../support/wound-clock.ts";
import { startIngress } from "../ingress/start-ingress.ts";

export const FORMS = {
  declare_incident: "https://slack.example.com/shortcuts/Ft1/declare",
  draft_status_update: "https://slack.example.com/shortcuts/Ft2/draft",
  review_status_update: "https://slack.example.com/shortcuts/Ft3/review",
};

/** Incidents in a real store, their rooms, and people who type there: signed, over HTTP, with Slack asked who they are. */
export async function startCommandRooms() {
  const clock = woundClock();
  const store = await startDynalite();
  const late = await startLocalServer((_request, response) => void response.end("ok"));
  const faults = new FaultBoard();
  const slack = await startSlackWebApi(faults);
  slack.people.push(
    { id: PEOPLE.jordan, team_id: TEAM, name: "jordan" },
    { id: PEOPLE.riley, team_id: TEAM, name: "riley" },
  );
  slack.groups.push({
    id: "S07APPROVER",
    handle: "status-approvers",
    users: [PEOPLE.jordan, PEOPLE.riley, "U07GUEST007"],
  });
  const companion = createCompanion({
    secrets: fixedSecrets({ "slack-companion": JSON.stringify({ signing_secret: "s", bot_token: slack.token }) }),
    clock,
    log: silentLogger,
    slackApiUrl: slack.url,
    timeoutMs: 500,
  });
  const ledgerStore = storeOf(store.client);
  const ledger = ledgerOn(ledgerStore, clock);
  const index = createIndexTable({ dynamo: store.client, table: INDEX_TABLE });
  const rooms = new Map<string, string>();
  const page: { entries: PageIncident[]; readable: boolean } = { entries: [], readable: true };
  const listIncidents = () =>
    page.readable ? Promise.resolve(page.entries) : Promise.reject(new Error("the page is away"));
  const tasks = createTasks({ log: silentLogger });
  const deps: CommandsDeps = {
    ledger,
    lookUpApprover: createApproverLookup({ companion, group: "status-approvers", clock }),
    library: LIBRARY,
    opensRoom: () => true,
    auditFacts: async () => undefined,
    bundleLink: () => Promise.reject(new Error("no log is configured here")),
    carriesSecret: (text) => carriesSecret(viewWorld({ scan: (title, body) => scanOf(`${title}\n${body}`, []) }), text),
    offerProof: createOfferProof({ carriesSecret: () => false, proveBundle: bundlesUnprovable }),
    findOnPage: createFindOnPage({
      listIncidents,
      getIncident: async (id) => (await listIncidents()).find((entry) => entry.id === id),
    }),
    preparePage: () => Promise.reject(new Error("nobody is paged here")),
    incidentOfChannel: async (channel) => {
      const incident = rooms.get(channel);
      return incident === undefined ? undefined : await ledger.load(incident);
    },
    brief: createBriefs({
      ledger,
      marks: createBriefMarks({ index }),
      world: viewWorld(),
      clock,
      log: silentLogger,
    }),
    findIncident: async (id) => {
      const incident = await ledger.load(id);
      return incident.status === "none" ? undefined : incident;
    },
    services: ["payments"],
    declareIncident: () => Promise.reject(new Error("nothing is declared here")),
    reserveIncident: () => createCorrelationRows({ index, random: systemRandom }).reserve(clock.now()),
    grace: { archiveAfterMs: 86_400_000, noiseArchiveAfterMs: 900_000 },
    links: () => Promise.resolve(FORMS),
    teamId: TEAM,
    http: createHttp({ clock, timeoutMs: 1_000, log: silentLogger }),
    clock,
    log: silentLogger,
    tasks,
    // Answers come with the acknowledgement, however slow the machine; the test of late ones says when.
    ackAfterMs: 10_000,
  };
  const ingress = await startIngress({ slack: createCommands(deps).router });
  let typed = 0;

  return {
    clock,
    faults,
    page,
    deps,
    /** A room whose incident has this history. */
    async room(...history: IncidentEvent[]) {
      const incident = freshIncident();
      const channel = `C07ROOM${rooms.size + 1}`;
      rooms.set(channel, incident);
      await append(ledger, incident, "history", ...history);
      return {
        incident,
        channel,
        happens: (commandId: string, ...events: IncidentEvent[]) => append(ledger, incident, commandId, ...events),
        state: (): Promise<Incident> => ledger.loadAfresh(incident),
        /** What commands have recorded, with who and under which id. */
        acts: async () =>
          (await storedEntries(ledgerStore, incident))
            .filter(({ commandId }) => commandId.startsWith("slash:"))
            .map(({ commandId, actor, events }) => ({ commandId, actor, events })),
      };
    },
    /** What the person is answered, and nobody else; empty when Slack got no more than its acknowledgement. */
    async types(person: string, channel: string, text: string, triggerId?: string): Promise<string> {
      typed += 1;
      const form = new URLSearchParams({
        team_id: TEAM,
        channel_id: channel,
        user_id: person,
        command: "/incident-response",
        text,
        response_url: `${late.url}/commands/1`,
        trigger_id: triggerId ?? `7951204411102.7014482230913.${typed}`,
      });
      const reply = await ingress.slack("/slack/commands", form.toString());
      const body = await reply.text();
      if (body === "" && reply.status === 200) return "";
      const answer = JSON.parse(body) as { response_type: string; text: string };
      if (reply.status !== 200 || answer.response_type !== "ephemeral")
        throw new Error(`answered ${reply.status}, ${answer.response_type}`);
      return answer.text;
    },
    /** What was answered after the acknowledgement, once nothing is under way any more. */
    async lateAnswers(): Promise<string[]> {
      const left = await tasks.drain(5_000);
      if (left.length > 0) throw new Error(`still under way: ${left.join(", ")}`);
      return late.seen.map(({ body }) => (JSON.parse(body) as { text: string }).text);
    },
    async close() {
      await late[Symbol.asyncDispose]();
      await ingress[Symbol.asyncDispose]();
      await slack[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

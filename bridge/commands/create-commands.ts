import { App, ExpressReceiver } from "@slack/bolt";
import type { RequestHandler } from "express";
import * as z from "zod";
import { SlackChannelId, SlackUserId } from "../../shared/contracts/ids.ts";
import type { Declaration } from "../api/declare-incident.ts";
import { brokenRecordText } from "../audit/broken-record-text.ts";
import type { Incident } from "../incident/state.ts";
import { BrokenChainError, type Ledger } from "../ledger/ledger.ts";
import type { Clock } from "../platform/clock.ts";
import type { Http } from "../platform/http.ts";
import type { Logger } from "../platform/logger.ts";
import type { Tasks } from "../platform/tasks.ts";
import { slackLogger } from "../slack-api/web-client.ts";
import { answerCommand } from "./answer-command.ts";
import { REGISTRY } from "./registry.ts";
import { type CommandPorts, type FormLinks, SLASH } from "./slash-command.ts";

export interface CommandsDeps extends Omit<CommandPorts, "act" | "declareIncident" | "noteId"> {
  /** Opens an incident as an act of a person; once for each `commandId`. */
  declareIncident(
    wish: Parameters<CommandPorts["declareIncident"]>[0],
    by: Declaration["by"],
    budgetMs: number,
  ): Promise<string>;
  /** Where what commands change is recorded. */
  ledger: Pick<Ledger, "execute">;
  /** The incident whose war room this channel is. */
  incidentOfChannel(channelId: string): Promise<Incident | undefined>;
  links(): Promise<FormLinks>;
  /** Our workspace; requests of any other one are refused. */
  teamId: string;
  http: Http;
  clock: Clock;
  log: Logger;
  /** Answers that take longer than Slack waits are finished here. */
  tasks: Tasks;
  /** After this many milliseconds Slack gets its acknowledgement and the answer follows. Default 2,000: Slack gives up at 3,000. */
  ackAfterMs?: number;
}

const ACK_AFTER_MS = 2_000;
const LATE_ANSWER_TIMEOUT_MS = 5_000;
/** Longer than Slack waits, because the answer may follow: the fewer acts end in doubt, the better. */
const ACT_BUDGET_MS = 5_000;

/** The fields of a slash command's form that we use. */
const SlashForm = z.object({
  team_id: z.string(),
  channel_id: SlackChannelId,
  user_id: SlackUserId,
  /** One for each time a person sends a command: what makes a repeated delivery recognisable. */
  trigger_id: z.string().min(1).max(190),
  text: z.string().max(4_000).default(""),
  response_url: z.url({ protocol: /^https?$/ }),
});

/**
 * The companion app: answers `/slack/commands` and acknowledges `/slack/interactions`. The signature was checked before, on
 * the raw bytes (in both directions of time and against the previous secret too, which Bolt's own check does not do), so
 * Bolt's is off and a request without those bytes is refused here. `router` expects the full paths.
 */
export function createCommands(deps: CommandsDeps): { router: RequestHandler } {
  const { log } = deps;
  const receiver = new ExpressReceiver({
    signingSecret: "",
    signatureVerification: false,
    endpoints: { commands: "/slack/commands", interactions: "/slack/interactions" },
    logger: slackLogger(log),
  });
  const app = new App({
    receiver,
    logger: slackLogger(log),
    // Nothing here calls Slack on its own, so there is no token to look up.
    authorize: () => Promise.resolve({}),
    ignoreSelf: false,
  });

  app.command(SLASH, async ({ ack, body }) => {
    const form = SlashForm.safeParse(body);
    if (!form.success) {
      log.warn("command-malformed", { fields: form.error.issues.map(({ path }) => path.join(".")) });
      return await ack(forAsker("Slack sent this command in a form we cannot read. Nothing was done."));
    }
    if (form.data.team_id !== deps.teamId) {
      log.warn("command-of-another-team", { teamId: form.data.team_id.slice(0, 30) });
      return await ack(forAsker("This app serves another Slack workspace. Nothing was done."));
    }
    const answer = answerTo(form.data, deps);
    const early = await within(answer, deps.ackAfterMs ?? ACK_AFTER_MS);
    if (early !== undefined) return await ack(forAsker(early));
    await ack();
    deps.tasks.track(
      "late-command-answer",
      answer.then((text) => sendLate(form.data.response_url, text, deps)),
    );
  });

  // No message of the companion carries controls; what arrives all the same must not look like a failure to its sender.
  const acknowledge = async ({ ack }: { ack: () => Promise<void> }) => {
    log.info("interaction-ignored");
    await ack();
  };
  app.action(/.*/, acknowledge);
  app.view(/.*/, acknowledge);
  app.shortcut(/.*/, acknowledge);
  app.error(async (error) => log.error("command-failed", { error }));

  return {
    router: (request, response, next) => {
      if (!("rawBody" in request) || request.rawBody === undefined) {
        log.error("slack-request-not-verified", { path: request.path });
        response.status(401).send();
        return;
      }
      receiver.router(request, response, next);
    },
  };
}

/** The text of the answer. What fails on the way becomes an honest sentence. */
async function answerTo(
  { channel_id, user_id, team_id, trigger_id, text }: z.infer<typeof SlashForm>,
  { incidentOfChannel, links, ledger, clock, log, ...reads }: CommandsDeps,
): Promise<string> {
  let recording = false;
  const by = {
    commandId: `slash:${trigger_id}`,
    actor: { kind: "human" as const, id: user_id, basis: "slash-command" },
  };
  const declareIncident: CommandPorts["declareIncident"] = async (wish) => {
    recording = true;
    const id = await reads.declareIncident(wish, by, ACT_BUDGET_MS);
    recording = false;
    return id;
  };
  const act: CommandPorts["act"] = async ({ id }, decide) => {
    recording = true;
    const result = await ledger.execute(id, by, decide, { budgetMs: ACT_BUDGET_MS });
    recording = false;
    return result.kind === "refused" ? result.refusal : undefined;
  };
  try {
    const [incident, forms] = await Promise.all([
      incidentOfChannel(channel_id),
      links().catch((error: unknown): FormLinks => {
        log.warn("form-links-unavailable", { error });
        return {};
      }),
    ]);
    const actor = { userId: user_id, teamId: team_id };
    const { lookUpApprover, findOnPage, preparePage, brief, findIncident, reserveIncident } = reads;
    const { library, opensRoom, auditFacts, bundleLink, carriesSecret, offerProof, grace, services } = reads;
    const ports = {
      act,
      declareIncident,
      services,
      lookUpApprover,
      findOnPage,
      preparePage,
      brief,
      findIncident,
      reserveIncident,
      library,
      opensRoom,
      auditFacts,
      bundleLink,
      carriesSecret,
      offerProof,
      grace,
      noteId: `typed-${trigger_id.slice(0, 50)}`,
    };
    return await answerCommand(text, {
      ...ports,
      incident,
      actor,
      links: forms,
      now: clock.now(),
      registry: REGISTRY,
    });
  } catch (error) {
    log.error("command-failed", { channel: channel_id, error });
    if (error instanceof BrokenChainError) return brokenRecordText(error);
    return recording
      ? "The record did not answer in time, so it is not known whether this was recorded. Type the same command again; that does no harm."
      : "This could not be looked up just now. Nothing was changed; try again in a moment.";
  }
}

/** A lost answer is logged and lost: the command itself has done its work. */
async function sendLate(url: string, text: string, { http, log }: CommandsDeps): Promise<void> {
  try {
    await http.send({
      method: "POST",
      url,
      describedAs: "POST response_url",
      body: { ...forAsker(text), replace_original: false },
      timeoutMs: LATE_ANSWER_TIMEOUT_MS,
      retry: "never",
    });
  } catch (error) {
    log.warn("late-answer-lost", { error });
  }
}

const forAsker = (text: string) => ({ response_type: "ephemeral" as const, text });

/** What `work` gives within `ms`, else undefined. */
async function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

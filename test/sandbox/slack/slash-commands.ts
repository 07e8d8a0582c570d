import { createHmac } from "node:crypto";
import { isObject } from "./block-check.ts";
import { COMPANION_APP, COMPANION_BOT, COMPANION_BOT_ID } from "./cast.ts";
import type { Core } from "./core.ts";
import { secret } from "./ids.ts";
import { RESPONSE_URL_POSTS } from "./limits.ts";
import { activePerson, visibleChannel } from "./people.ts";
import { issuePointer } from "./pointers.ts";
import { postMessage } from "./post-message.ts";
import { SlackError } from "./slack-error.ts";
import { channelById, type Json, type Message, type SlackState } from "./state.ts";
import { wait } from "./wait.ts";

export interface Companion {
  commandsUrl: () => string;
  interactionsUrl: () => string;
  signingSecret: string;
  botToken: string;
}

export interface CommandAct {
  user: string;
  channel: string;
  /** With or without the slash. */
  command: string;
  text: string;
}

export interface CommandAnswer {
  /** The body of the acknowledgement: JSON, text, or null when it was empty. */
  response: unknown;
  /** What the channel or the person was shown, in order. */
  messages: Json[];
}

interface ResponseUrl {
  id: string;
  user: string;
  channel: string;
  issued: number;
  posts: number;
  shown: Message[];
}

/** How long a reply stays quiet before the answer is taken to be complete. */
const QUIET_MS = 150;
const KEPT_RESPONSE_URLS = 200;

/** `@alex` and `#incidents` become `<@U…|alex>` and `<#C…|incidents>`: the companion's manifest says should_escape. */
export const escapeText = (state: SlackState, text: string): string =>
  text
    .replace(/&/g, "&amp;")
    .replace(/<(?![@#!])/g, "&lt;")
    .replace(/(^|\s)@([a-z0-9._-]+)/g, (whole, before: string, name: string) => {
      const user = state.users.find((one) => one.name === name);
      const group = state.usergroups.find((one) => one.handle === name);
      return user ? `${before}<@${user.id}|${name}>` : group ? `${before}<!subteam^${group.id}|@${name}>` : whole;
    })
    .replace(/(^|\s)#([a-z0-9_-]+)/g, (whole, before: string, name: string) => {
      const channel = state.channels.find((one) => one.name === name);
      return channel ? `${before}<#${channel.id}|${name}>` : whole;
    });

/** Slash commands of the companion app, and the response_urls they carry. */
export class SlashCommands {
  #responseUrls: ResponseUrl[] = [];
  constructor(
    readonly core: Core,
    readonly companion: Companion,
  ) {}

  /** @throws SlackError `operation_timeout` without an acknowledgement within 3 s, `dispatch_failed` on a status other than 2xx. */
  async run(act: CommandAct): Promise<CommandAnswer> {
    const { state, clock, limits, url } = this.core;
    const user = activePerson(this.core, act.user);
    const channel = visibleChannel(this.core, user, act.channel);
    const command = act.command.startsWith("/") ? act.command : `/${act.command}`;
    const pointer = issuePointer(state, clock.now(), user.id, channel.id);
    const back: ResponseUrl = {
      id: secret(),
      user: user.id,
      channel: channel.id,
      issued: clock.now(),
      posts: 0,
      shown: [],
    };
    this.#responseUrls = [...this.#responseUrls.slice(-KEPT_RESPONSE_URLS), back];
    const form = new URLSearchParams({
      token: "local-verification-token",
      team_id: state.team.id,
      team_domain: state.team.domain,
      channel_id: channel.id,
      channel_name: channel.is_private ? "privategroup" : channel.name,
      user_id: user.id,
      user_name: user.name,
      command,
      text: escapeText(state, act.text),
      api_app_id: COMPANION_APP,
      is_enterprise_install: "false",
      response_url: `${url}/commands/${state.team.id}/${back.id}`,
      trigger_id: pointer.trigger_id,
    });
    const response = await this.#send(form.toString());
    if (response !== null && response !== "")
      this.#show(back, isObject(response) ? response : { text: String(response) });
    if (back.shown.length === 0) await this.core.until(() => back.shown[0], limits.followUpMs);
    for (let seen = -1; seen !== back.shown.length; ) {
      seen = back.shown.length;
      if (seen > 0) await wait(QUIET_MS);
    }
    return {
      response: response === "" ? null : response,
      messages: back.shown.map(({ ts, text, blocks, ephemeral_for }) => ({
        ts,
        text,
        blocks,
        ...(ephemeral_for ? { ephemeral_for } : {}),
      })),
    };
  }

  /** A POST to a response_url. @throws SlackError `used_url`, `expired_url`, `invalid_blocks`. */
  respond(id: string, body: Json): void {
    const back = this.#responseUrls.find((one) => one.id === id);
    if (!back) throw new SlackError("expired_url");
    if (this.core.clock.now() - back.issued > this.core.limits.responseUrlMs) throw new SlackError("expired_url");
    if (back.posts >= RESPONSE_URL_POSTS) throw new SlackError("used_url");
    this.#show(back, body);
    back.posts += 1;
  }

  #show(back: ResponseUrl, body: Json): void {
    const { state, clock, changed } = this.core;
    const channel = channelById(state, back.channel);
    if (!channel) throw new SlackError("channel_not_found");
    const last = back.shown.at(-1);
    if (body.delete_original === true || body.replace_original === true) {
      if (last) channel.messages = channel.messages.filter((message) => message !== last);
      back.shown = back.shown.slice(0, -1);
      if (body.delete_original === true) {
        changed({ type: "message_deleted", channel: channel.id, ts: last?.ts ?? "" });
        return;
      }
    }
    // An acknowledgement such as `{"response_type":"in_channel"}` shows nothing of its own.
    if (!body.text && !body.blocks) return;
    const message = postMessage(
      state,
      clock.now(),
      channel,
      { text: typeof body.text === "string" ? body.text : "", blocks: body.blocks, metadata: body.metadata },
      {
        user: COMPANION_BOT,
        bot_id: COMPANION_BOT_ID,
        app_id: COMPANION_APP,
        ...(body.response_type === "in_channel" ? {} : { ephemeral_for: back.user }),
      },
    );
    back.shown.push(message);
    changed({ type: "message", channel: channel.id, ts: message.ts });
  }

  async #send(body: string): Promise<unknown> {
    const began = performance.now();
    const stamp = String(Math.floor(this.core.clock.now() / 1000));
    const signature = createHmac("sha256", this.companion.signingSecret).update(`v0:${stamp}:${body}`).digest("hex");
    try {
      const reply = await fetch(this.companion.commandsUrl(), {
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
          "x-slack-request-timestamp": stamp,
          "x-slack-signature": `v0=${signature}`,
        },
        body,
        signal: AbortSignal.timeout(this.core.limits.ackMs),
      });
      const text = await reply.text();
      this.core.changed({
        type: "command_acknowledged",
        status: reply.status,
        ms: Math.round(performance.now() - began),
      });
      if (!reply.ok) throw new SlackError("dispatch_failed", { status: reply.status });
      return reply.headers.get("content-type")?.includes("application/json") && text !== "" ? JSON.parse(text) : text;
    } catch (error) {
      if (error instanceof SlackError) throw error;
      if (error instanceof Error && error.name === "TimeoutError") throw new SlackError("operation_timeout");
      throw new SlackError("dispatch_failed", { detail: error instanceof Error ? error.message : String(error) });
    }
  }
}

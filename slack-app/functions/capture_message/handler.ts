import type { Env, SlackAPIClient } from "deno-slack-sdk/types.ts";
import { NOTE_KINDS, NOTE_REACTIONS } from "../../../shared/vocabulary.ts";
import { bridgeClient } from "../../bridge-client.ts";
import { troubleSentence } from "../../bridge-trouble.ts";
import { capturedWords } from "../../captured-words.ts";
import { readMessage } from "../../read-message.ts";
import { slackOf } from "../../slack-client.ts";

interface Marked {
  client: SlackAPIClient;
  env: Env;
  team_id: string;
  inputs: { channel_id: string; message_ts: string; user_id: string; reaction?: string; suggested?: string };
  event: { function_execution_id: string };
}

/**
 * Somebody pinned a message of the room, marked it with one of our reactions or pressed the button of a suggestion: its words go
 * into the record. What the event carries is a hint; the words are read from Slack here. Messages of this app are in the record
 * already. Whoever marked it hears of it only when it was not recorded.
 */
export async function captureMessage({ client, env, team_id, inputs, event }: Marked) {
  const { channel_id: channel, message_ts: ts, user_id: markedBy, reaction, suggested } = inputs;
  const wanted = suggested ? NOTE_KINDS.find((kind) => kind === suggested) : undefined;
  const marked = suggested ? wanted : reaction ? NOTE_REACTIONS[reaction] : "fact";
  if (marked === undefined) return { outputs: {} };
  const slack = slackOf(client);
  const failed = async (why: string) => {
    await slack.call("chat.postEphemeral", { channel, user: markedBy, text: `Not put into the record: ${why}` });
    return { outputs: {} };
  };

  const read = await readMessage(slack, channel, ts);
  if (read.kind === "failed") return await failed(`Slack did not show the message (${read.error}).`);
  if (read.kind === "gone" || read.message.ours || read.message.text === "") return { outputs: {} };
  const { author, text } = read.message;
  const { decision, words } = capturedWords(text);
  const outcome = await bridgeClient(env).send({
    type: "CaptureMessage",
    commandId: `${event.function_execution_id}:capture`,
    teamId: team_id,
    channel,
    ts,
    markedBy,
    way: suggested ? "suggestion" : reaction ? "reaction" : "pin",
    kind: decision ? "decision" : marked,
    text: words,
    ...(author ? { author } : {}),
  });
  if (outcome.kind !== "answered") return await failed(troubleSentence(outcome));
  return outcome.reply.ok ? { outputs: {} } : await failed(outcome.reply.message);
}

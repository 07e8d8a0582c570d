import { isObject } from "./block-check.ts";
import { asStored, assertMessageBlocks } from "./block-validation.ts";
import { nextTs, secret } from "./ids.ts";
import { SlackError } from "./slack-error.ts";
import type { Channel, Json, Message, SlackState } from "./state.ts";

const MAX_TEXT = 40_000;
const METADATA_BYTES = 16_000;

export interface Content {
  text?: string | undefined;
  blocks?: unknown;
  metadata?: unknown;
  thread_ts?: string | undefined;
}

const blockId = (): string => secret(3);

/** @throws SlackError `invalid_blocks`, `invalid_blocks_format`. */
export function readBlocks(blocks: unknown): Json[] {
  if (blocks === undefined || blocks === null) return [];
  if (!Array.isArray(blocks)) throw new SlackError("invalid_blocks_format");
  assertMessageBlocks(blocks);
  return asStored(blocks, blockId);
}

/** `{event_type, event_payload}`; an empty object removes it. @throws SlackError `invalid_metadata_format`. */
export function readMetadata(metadata: unknown): Json | null {
  if (metadata === undefined || metadata === null) return null;
  if (!isObject(metadata)) throw new SlackError("invalid_metadata_format");
  if (Object.keys(metadata).length === 0) return null;
  if (typeof metadata.event_type !== "string" || metadata.event_type === "" || !isObject(metadata.event_payload)) {
    throw new SlackError("invalid_metadata_format");
  }
  if (JSON.stringify(metadata).length > METADATA_BYTES) throw new SlackError("metadata_too_large");
  return { event_type: metadata.event_type, event_payload: metadata.event_payload };
}

export function assertText(text: string): void {
  if (text.length > MAX_TEXT) throw new SlackError("msg_too_long");
}

/**
 * Puts a message into a channel; membership and scopes are the caller's business.
 * @throws SlackError `no_text`, `msg_too_long`, `invalid_blocks`, `thread_not_found`.
 */
export function postMessage(
  state: SlackState,
  now: number,
  channel: Channel,
  content: Content,
  author: Pick<Message, "user"> & Partial<Message>,
): Message {
  const text = content.text ?? "";
  const blocks = readBlocks(content.blocks);
  if (text === "" && blocks.length === 0) throw new SlackError("no_text");
  assertText(text);
  const metadata = readMetadata(content.metadata);
  if (content.thread_ts !== undefined && !channel.messages.some((message) => message.ts === content.thread_ts)) {
    throw new SlackError("thread_not_found");
  }
  const message: Message = {
    ...author,
    ts: nextTs(state, now),
    text,
    blocks,
    metadata,
    ...(content.thread_ts === undefined ? {} : { thread_ts: content.thread_ts }),
    reactions: [],
  };
  channel.messages.push(message);
  return message;
}

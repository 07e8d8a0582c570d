import type { Bookmark, Execution, Json, SlackState, TriggerType, User } from "./state.ts";
import { shortcutUrl } from "./triggers.ts";

/** The `slack` part of `GET /world`. */
export interface SlackSnapshot {
  channels: {
    id: string;
    name: string;
    is_private: boolean;
    is_archived: boolean;
    topic: string;
    purpose: string;
    creator: string;
    members: string[];
    bookmarks: Bookmark[];
    /** Stamps of the pinned messages. */
    pins: string[];
    messages: {
      ts: string;
      user: string;
      text: string;
      blocks: Json[];
      metadata: Json | null;
      ephemeral_for?: string;
      thread_ts?: string;
      edited?: boolean;
      reactions?: { name: string; users: string[] }[];
    }[];
  }[];
  /** Open modals, undermost first. */
  views: {
    id: string;
    user: string;
    title: string;
    callback_id: string;
    blocks: Json[];
    state: { values: Record<string, Record<string, Json>> };
    submit: string | null;
    close: string | null;
    previous_view_id: string | null;
    execution_id: string | null;
  }[];
  users: Pick<
    User,
    "id" | "name" | "real_name" | "email" | "is_bot" | "deleted" | "is_restricted" | "is_ultra_restricted" | "team_id"
  >[];
  usergroups: { id: string; handle: string; users: string[] }[];
  datastores: Record<string, Json[]>;
  triggers: { name: string; type: TriggerType; workflow: string; shortcut_url?: string; next_due?: string | null }[];
  executions: Pick<
    Execution,
    | "id"
    | "workflow"
    | "function"
    | "trigger"
    | "user"
    | "status"
    | "inputs"
    | "outputs"
    | "error"
    | "notices"
    | "started"
    | "ended"
  >[];
}

/** A copy of everything a person or test may look at; no tokens, no secrets. */
export function takeSnapshot(state: SlackState, url: string, datastoreNames: string[]): SlackSnapshot {
  return structuredClone({
    channels: state.channels.map((channel) => ({
      id: channel.id,
      name: channel.name,
      is_private: channel.is_private,
      is_archived: channel.is_archived,
      topic: channel.topic,
      purpose: channel.purpose,
      creator: channel.creator,
      members: channel.members,
      bookmarks: channel.bookmarks,
      pins: channel.pins.map((pin) => pin.ts),
      messages: channel.messages.map((message) => ({
        ts: message.ts,
        user: message.user,
        text: message.text,
        blocks: message.blocks,
        metadata: message.metadata,
        ...(message.ephemeral_for ? { ephemeral_for: message.ephemeral_for } : {}),
        ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
        ...(message.edited_at ? { edited: true } : {}),
        ...(message.reactions.length > 0 ? { reactions: message.reactions } : {}),
      })),
    })),
    views: state.views.map(
      ({ id, user, title, callback_id, blocks, state: values, submit, close, previous_view_id, execution_id }) => ({
        id,
        user,
        title,
        callback_id,
        blocks,
        state: values,
        submit,
        close,
        previous_view_id,
        execution_id: execution_id ?? null,
      }),
    ),
    users: state.users.map(
      ({ id, name, real_name, email, is_bot, deleted, is_restricted, is_ultra_restricted, team_id }) => ({
        id,
        name,
        real_name,
        email,
        is_bot,
        deleted,
        is_restricted,
        is_ultra_restricted,
        team_id,
      }),
    ),
    usergroups: state.usergroups.map(({ id, handle, users }) => ({ id, handle, users })),
    datastores: Object.fromEntries(
      [...new Set([...datastoreNames, ...Object.keys(state.datastores)])].map((name) => [
        name,
        Object.values(state.datastores[name] ?? {}),
      ]),
    ),
    triggers: state.triggers.map((trigger) => ({
      name: trigger.key,
      type: trigger.type,
      workflow: trigger.workflow,
      ...(trigger.type === "shortcut" ? { shortcut_url: shortcutUrl(url, trigger) } : {}),
      ...(trigger.type === "scheduled"
        ? { next_due: typeof trigger.next_due === "number" ? new Date(trigger.next_due).toISOString() : null }
        : {}),
    })),
    executions: state.executions.map((execution) => ({
      id: execution.id,
      workflow: execution.workflow,
      function: execution.function,
      trigger: execution.trigger,
      user: execution.user,
      status: execution.status,
      inputs: withoutSecrets(execution.inputs),
      outputs: withoutSecrets(execution.outputs),
      error: execution.error,
      notices: execution.notices,
      started: execution.started,
      ended: execution.ended,
    })),
  });
}

/** Interactivity values hold a pointer and a secret: who acted is all that is shown of them. */
const withoutSecrets = (values: Json): Json =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const interactor = (value as { interactor?: { id?: string } } | null)?.interactor;
      return [name, interactor ? { interactor: { id: interactor.id } } : value];
    }),
  );

import { type OutboxItem, ROOM_STEPS } from "../../shared/contracts/outbox.ts";
import type { MessagePlace, SlackEffect } from "../incident/pending-effects.ts";
import type { Incident } from "../incident/state.ts";
import { checklistView } from "../incident/views/checklist-view.ts";
import { contextView, linksOf } from "../incident/views/context-view.ts";
import { draftView } from "../incident/views/draft-view.ts";
import { roomTopic } from "../incident/views/room-topic.ts";
import type { ViewWorld } from "../incident/views/view-world.ts";
import { incidentTrace } from "../platform/telemetry/incident-trace.ts";

const MAX_INVITES = 100;

/** What the drain needs to do one piece of owed work; undefined when there is nothing to show after all. */
export function outboxItem(
  effect: SlackEffect,
  state: Incident,
  world: ViewWorld,
  attempt: number,
  channels: Readonly<Record<Exclude<MessagePlace, "room">, string>>,
): OutboxItem | undefined {
  const work = { effectId: effect.id, incidentId: state.id, attempt, trace: incidentTrace(state.id) };
  switch (effect.kind) {
    case "assemble-room":
      return assembleRoom(state, world, work);
    case "paint-message": {
      const painted = state.messages.get(effect.key);
      const place = effect.where === "room" ? state.channel : channels[effect.where];
      const channel = effect.channel ?? place;
      if (channel === undefined) return undefined;
      return {
        kind: "paint-message",
        ...work,
        channel,
        ...(painted ? { ts: painted.ts } : {}),
        ...(effect.thread === undefined ? {} : { thread: effect.thread }),
        pin: effect.pin,
        ...(effect.unpin ? { unpin: true } : {}),
        message: effect.view,
        rev: effect.rev,
      };
    }
    case "show-card": {
      const draft = draftOf(state, effect.draftId, world);
      return draft && state.channel !== undefined
        ? { kind: "show-card", ...work, channel: state.channel, draft }
        : undefined;
    }
    case "repaint-card": {
      const draft = draftOf(state, effect.draftId, world);
      if (!draft) return undefined;
      const { channel, ts, executionId } = effect.card;
      return { kind: "repaint-card", ...work, channel, ts, draft, completeExecution: executionId };
    }
    case "invite-person":
      return state.channel === undefined
        ? undefined
        : { kind: "invite-person", ...work, channel: state.channel, userId: effect.userId };
    case "remove-message": {
      const { channel, ts } = effect.message;
      return { kind: "remove-message", ...work, channel, ts };
    }
    case "set-topic":
      return state.channel === undefined
        ? undefined
        : { kind: "set-topic", ...work, channel: state.channel, topic: roomTopic(state), rev: effect.rev };
    case "reread-messages":
      return state.channel === undefined
        ? undefined
        : { kind: "reread-messages", ...work, channel: state.channel, messages: effect.messages };
    case "set-bookmark": {
      const { key, title, url } = effect.bookmark;
      const known = state.life.bookmarks.get(key);
      return state.channel === undefined
        ? undefined
        : {
            kind: "set-bookmark",
            ...work,
            channel: state.channel,
            title,
            url,
            ...(known ? { bookmarkId: known.bookmarkId } : {}),
          };
    }
    case "read-room":
      return state.channel === undefined
        ? undefined
        : {
            kind: "read-room",
            ...work,
            channel: state.channel,
            ...(effect.after === null ? {} : { after: effect.after }),
          };
    case "archive-room":
      return state.channel === undefined ? undefined : { kind: "archive-room", ...work, channel: state.channel };
  }
}

function draftOf(state: Incident, draftId: string, world: ViewWorld) {
  const draft = state.drafts.get(draftId);
  return draft && draftView(state, draft, world);
}

function assembleRoom(
  state: Incident,
  world: ViewWorld,
  work: { effectId: string; incidentId: string; attempt: number; trace: string },
): OutboxItem {
  const { opened } = state;
  const context = contextView(state, world);
  return {
    kind: "assemble-room",
    ...work,
    name: opened?.roomName ?? state.id.toLowerCase(),
    purpose: `War room of ${state.id}. What is decided here is recorded.`,
    topic: roomTopic(state),
    invite: context.people.slice(0, MAX_INVITES),
    bookmarks: linksOf(state),
    context,
    checklist: checklistView(state, "detect", world),
    ...(state.channel === undefined ? {} : { channel: state.channel }),
    done: ROOM_STEPS.filter((step) => state.steps[step]?.ok),
  };
}

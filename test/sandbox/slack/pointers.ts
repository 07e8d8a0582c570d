import { secret } from "./ids.ts";
import { SlackError } from "./slack-error.ts";
import type { Pointer, SlackState } from "./state.ts";

const KEPT_POINTERS = 200;

/** What a person's act is worth: one modal, soon. `trigger_id` and `interactivity_pointer` are two names for it. */
export function issuePointer(state: SlackState, now: number, user: string, channel?: string): Pointer {
  const pointer: Pointer = {
    pointer: `${now}.${secret(6)}.${secret(8)}`,
    trigger_id: `${now}.${secret(6)}.${secret(16)}`,
    secret: secret(16),
    user,
    issued: now,
    used: false,
    ...(channel === undefined ? {} : { channel }),
  };
  state.pointers = [...state.pointers.slice(-KEPT_POINTERS), pointer];
  return pointer;
}

/** The value of an input of type interactivity. */
export const interactivityOf = (pointer: Pointer) => ({
  interactor: { id: pointer.user, secret: pointer.secret },
  interactivity_pointer: pointer.pointer,
});

/**
 * Spends a pointer.
 * @throws SlackError `invalid_trigger_id`, `exchanged_trigger_id` (used before), `expired_trigger_id` (older than `pointerMs`).
 */
export function exchangePointer(state: SlackState, now: number, pointerMs: number, given: string): Pointer {
  const pointer = state.pointers.find((one) => one.pointer === given || one.trigger_id === given);
  if (!pointer) throw new SlackError("invalid_trigger_id");
  if (pointer.used) throw new SlackError("exchanged_trigger_id");
  if (now - pointer.issued > pointerMs) throw new SlackError("expired_trigger_id");
  pointer.used = true;
  return pointer;
}

import type { JoinRequestView } from "../../../shared/contracts/views.ts";
import type { Incident, JoinRequest } from "../state.ts";
import { control, type ViewWorld } from "./view-world.ts";

/** One line in the room for each time somebody asks to join; it says so once that is decided. */
export function joinView(state: Incident, join: JoinRequest, world: ViewWorld): JoinRequestView {
  const to = state.commander ?? state.responders?.first ?? undefined;
  const tried = state.invited.get(join.userId);
  const accept = control(world, state.id, "accept_join", "Accept", "primary");
  const open = join.acceptedBy === undefined && state.status === "open";
  return {
    kind: "join_request",
    incidentId: state.id,
    userId: join.userId,
    ...(join.reason === null ? {} : { reason: join.reason }),
    ...(to && open ? { mention: to } : {}),
    ...(join.acceptedBy ? { acceptedBy: join.acceptedBy } : {}),
    ...(join.acceptedBy && tried ? { invited: tried.error === null ? {} : { error: tried.error } } : {}),
    controls: open ? [{ ...accept, inputs: { ...accept.inputs, user_id: join.userId } }] : [],
  };
}

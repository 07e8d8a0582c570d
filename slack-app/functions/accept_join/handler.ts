import { form } from "../../forms/form.ts";
import { openIncidentFacts } from "../../forms/incident-facts.ts";
import { acceptJoinBlocks, type JoinFacts } from "./view.ts";

/** Submitting is the confirmation. The bridge decides whether the one who submits may. */
export const acceptJoinForm = form<JoinFacts>({
  callbackId: "accept_join",
  title: "Let somebody in",
  submit: "Let them in",
  async load(bridge, hints) {
    const loaded = await openIncidentFacts(bridge, hints);
    if (loaded.kind === "closed") return loaded;
    const waiting = loaded.facts.joinRequests;
    // Without the button's hint it is whoever has waited longest.
    const request = hints.userId === undefined ? waiting[0] : waiting.find(({ userId }) => userId === hints.userId);
    return request
      ? { kind: "ready", facts: { form: loaded.facts, request } }
      : { kind: "closed", sentence: "Nobody waits to be let into this room: it was decided already." };
  },
  blocks: acceptJoinBlocks,
  memory: ({ form: { incidentId }, request }): Record<string, string> => ({
    incident_id: incidentId,
    user_id: request.userId,
  }),
  read: (_submission, memory) => ({
    ok: true,
    command: { type: "AcceptJoin", incidentId: memory.incident_id ?? "", userId: memory.user_id ?? "" },
  }),
});

import type { FormFacts } from "../../shared/contracts/queries.ts";
import type { BridgeClient } from "../bridge-client.ts";
import { troubleSentence } from "../bridge-trouble.ts";
import type { Hints, Loaded } from "./form.ts";

/** The incident a form is about: the one its button names, else that of the channel it was opened in. */
export async function incidentFacts(bridge: BridgeClient, { incidentId, channel }: Hints): Promise<Loaded<FormFacts>> {
  const outcome = await bridge.ask({
    type: "Form",
    ...(incidentId ? { incidentId } : {}),
    ...(channel ? { channel } : {}),
  });
  if (outcome.kind !== "answered") return { kind: "closed", sentence: troubleSentence(outcome) };
  if (!outcome.reply.ok) return { kind: "closed", sentence: outcome.reply.message };
  const { form } = outcome.reply;
  return form
    ? { kind: "ready", facts: form }
    : { kind: "closed", sentence: "The bridge knows no incident here. Open this from a war room." };
}

/** The same for forms that make no sense once the incident is resolved. */
export async function openIncidentFacts(bridge: BridgeClient, hints: Hints): Promise<Loaded<FormFacts>> {
  const loaded = await incidentFacts(bridge, hints);
  if (loaded.kind === "closed" || !loaded.facts.resolved) return loaded;
  return {
    kind: "closed",
    sentence: `${loaded.facts.incidentId} is resolved already; there is nothing left to do here.`,
  };
}

export const incidentMemory = ({ incidentId }: FormFacts): Record<string, string> => ({ incident_id: incidentId });

/** Said at the top of every form about an incident, so that nobody acts on the wrong one. */
export const incidentLine = ({ incidentId, severity, title }: FormFacts): string =>
  `${severity} · ${title} · ${incidentId}`;

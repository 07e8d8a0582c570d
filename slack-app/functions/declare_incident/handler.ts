import { INCIDENT_CLASSES, SEVERITIES } from "../../../shared/vocabulary.ts";
import type { BridgeClient } from "../../bridge-client.ts";
import { troubleSentence } from "../../bridge-trouble.ts";
import { form, type Loaded } from "../../forms/form.ts";
import { incidentFacts } from "../../forms/incident-facts.ts";
import { type DeclareFacts, declareBlocks } from "./view.ts";

/** Declares an incident by hand; with an incident id it opens the room that the rule did not open. */
export const declareForm = form<DeclareFacts>({
  callbackId: "declare_incident",
  title: "Declare an incident",
  submit: "Open war room",
  errorField: "title",
  async load(bridge, { incidentId }) {
    if (incidentId === undefined) return await catalogOf(bridge);
    const [loaded, existing] = await Promise.all([catalogOf(bridge), incidentFacts(bridge, { incidentId })]);
    if (loaded.kind === "closed") return loaded;
    if (existing.kind === "closed") return existing;
    if (existing.facts.resolved)
      return { kind: "closed", sentence: `${incidentId} is resolved already; no room was opened.` };
    return { kind: "ready", facts: { ...loaded.facts, existing: existing.facts } };
  },
  blocks: declareBlocks,
  memory: ({ existing }): Record<string, string> => (existing ? { incident_id: existing.incidentId } : {}),
  read(submission, memory) {
    const title = submission.field("title");
    const service = submission.field("service");
    const severity = SEVERITIES.find((known) => known === submission.field("severity"));
    if (!title || !service || !severity) {
      return {
        ok: false,
        errors: {
          ...(title ? {} : { title: "Say in a few words what is wrong." }),
          ...(service ? {} : { service: "Choose the service." }),
          ...(severity ? {} : { severity: "Choose the severity." }),
        },
      };
    }
    const incidentClass = INCIDENT_CLASSES.find((known) => known === submission.field("class"));
    const { incident_id: incidentId } = memory;
    return {
      ok: true,
      command: {
        type: "DeclareIncident",
        title,
        service,
        severity,
        ...(incidentClass ? { class: incidentClass } : {}),
        ...(incidentId ? { incidentId } : {}),
      },
    };
  },
});

async function catalogOf(bridge: BridgeClient): Promise<Loaded<DeclareFacts>> {
  const outcome = await bridge.ask({ type: "Catalog" });
  if (outcome.kind !== "answered") return { kind: "closed", sentence: troubleSentence(outcome) };
  if (!outcome.reply.ok) return { kind: "closed", sentence: outcome.reply.message };
  const { catalog } = outcome.reply;
  return catalog && catalog.services.length > 0
    ? { kind: "ready", facts: { catalog } }
    : { kind: "closed", sentence: "The bridge lists no services, so there is nothing to declare an incident for." };
}

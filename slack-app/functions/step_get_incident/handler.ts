import * as z from "zod/mini";
import { IncidentId } from "../../../shared/contracts/ids.ts";
import { bridgeClient } from "../../bridge-client.ts";
import { troubleSentence } from "../../bridge-trouble.ts";
import type { StepContext } from "../../steps/step.ts";

/** Reads an incident by its id, else by its war room. Nothing is read of one that is kept to its room. */
export async function getByStep({ inputs, env }: StepContext<{ incident_id?: string; channel?: string }>) {
  const { incident_id: named, channel } = inputs;
  if (named && !z.safeParse(IncidentId, named).success)
    return { error: "This is no incident id; one looks like INC-20261121-0914-K9ZP." };
  if (!named && !channel) return { error: "Give the step an incident id or a war room." };

  const outcome = await bridgeClient(env).ask({ type: "Incident", ...(named ? { incidentId: named } : { channel }) });
  if (outcome.kind !== "answered") return { error: troubleSentence(outcome) };
  if (!outcome.reply.ok) return { error: outcome.reply.message };
  const { incident } = outcome.reply;
  if (!incident) return { error: "The bridge knows no such incident." };
  const { incidentId, title, service, severity, status, channel: room, commander, publicUrl } = incident;
  return {
    outputs: {
      incident_id: incidentId,
      title,
      service,
      severity,
      status,
      ...(room ? { channel: room } : {}),
      ...(commander ? { commander } : {}),
      ...(publicUrl ? { public_url: publicUrl } : {}),
    },
  };
}

import type { CommandReply } from "../../shared/contracts/commands.ts";
import type { StepCommand } from "../../shared/contracts/steps.ts";
import { LIMITS } from "../../shared/limits.ts";
import { askByWorkflow, noteByWorkflow } from "../incident/decide/workflow.ts";
import type { Decision } from "../incident/decision.ts";
import type { Incident } from "../incident/state.ts";
import { inLedgerForm } from "../ledger/ledger-form.ts";
import { unreachable } from "../platform/unreachable.ts";
import { capturedText } from "../redaction/captured-text.ts";
import type { ApiDeps } from "./api-deps.ts";
import { declareIncident } from "./declare-incident.ts";

const STEP_BUDGET_MS = 3_000;

/**
 * Runs one step of a Workflow Builder workflow. The workflow is the actor, recorded as such: whoever edits a workflow decides
 * all its inputs, so a step only puts a wish before people, and nothing it names is taken for who acted.
 */
export async function runStep(command: StepCommand, deps: ApiDeps): Promise<CommandReply> {
  const { commandId, workflow } = command;
  if (workflow.teamId !== deps.teamId) {
    return { ok: false, refusal: "other-workspace", message: "This workflow runs in another workspace." };
  }
  const run = workflow.runId;
  const by = { commandId, actor: { kind: "workflow" as const, id: run, basis: "workflow-builder-step" } };

  const record = async (incidentId: string, done: string, decide: (state: Incident) => Decision) => {
    const result = await deps.ledger.execute(incidentId, by, decide, { budgetMs: STEP_BUDGET_MS });
    return result.kind === "refused"
      ? { ok: false as const, refusal: result.refusal.code, message: result.refusal.message }
      : { ok: true as const, message: done, incidentId };
  };
  const ask = async (incidentId: string, words: Omit<Wish, "run">) => {
    const wish = inLedgerForm({ run, ...words });
    const asked = askedBefore(await deps.ledger.load(incidentId), wish);
    return record(incidentId, "The people in the room have been asked.", (state) => askByWorkflow(state, wish, asked));
  };

  switch (command.type) {
    case "StepDeclareIncident": {
      const { service, severity } = command;
      if (deps.services.entry(service) === undefined) {
        const known = deps.services.names.slice(0, 20).join(", ");
        return {
          ok: false,
          refusal: "service-unknown",
          message: `There is no service "${service}". Use one of: ${known}.`,
        };
      }
      const wish = { title: command.title.trim(), service, severity, class: command.class ?? ("default" as const), by };
      const incidentId = await declareIncident(wish, STEP_BUDGET_MS, deps);
      return { ok: true, message: `${incidentId} is declared.`, incidentId };
    }
    case "StepAddNote":
      return record(command.incidentId, "Noted.", (state) =>
        noteByWorkflow(state, { run, words: withoutSecrets(command.words) }),
      );
    case "StepRequestStatusUpdate":
      return ask(command.incidentId, {
        ask: "status-update",
        subject: command.status,
        userId: null,
        words: withoutSecrets(command.impact),
      });
    case "StepSetChecklistItem":
      return ask(command.incidentId, {
        ask: "checklist-item",
        subject: command.item,
        userId: null,
        words: command.proof === undefined ? null : withoutSecrets(command.proof),
      });
    case "StepAssignRole":
      return ask(command.incidentId, { ask: "role", subject: command.role, userId: command.userId, words: null });
    default:
      return unreachable(command);
  }
}

type Wish = Parameters<typeof askByWorkflow>[1];

/** Compared on what people can read: what decides sees no words. */
function askedBefore({ workflows }: Incident, wish: Wish): boolean {
  const same = ({ ask, subject, userId, words }: Wish) => JSON.stringify([ask, subject, userId, words]);
  return workflows.asks.some((before) => same(before) === same(wish));
}

/** What a workflow hands on came from somewhere: a form, an alert, another app. It may hold anything. */
const withoutSecrets = (words: string): string => capturedText(words, LIMITS.impact).text;

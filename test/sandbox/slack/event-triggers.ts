import { isObject } from "./block-check.ts";
import type { Json, TriggerRecord } from "./state.ts";
import { fillTemplates } from "./templates.ts";

const METADATA_POSTED = "slack#/events/message_metadata_posted";
const MESSAGE_POSTED = "slack#/events/message_posted";

const STATEMENT = /^\s*(\{\{[^}]+\}\})\s*(==|!=|>=|<=|>|<|CONTAINS)\s*(.+?)\s*$/;

/** One line of a trigger filter: `{{data.x}} == 'y'`. What is not understood matches nothing. */
function statementHolds(statement: string, event: Json): boolean {
  const [, left, operator, right] = STATEMENT.exec(statement) ?? [];
  if (!left || !operator || right === undefined) return false;
  const value = fillTemplates(left, { data: event });
  const wanted = right.startsWith("{{") ? fillTemplates(right, { data: event }) : right.replace(/^['"]|['"]$/g, "");
  const [a, b] = [String(value ?? ""), String(wanted ?? "")];
  switch (operator) {
    case "==":
      return a === b;
    case "!=":
      return a !== b;
    case "CONTAINS":
      return a.includes(b);
    case ">":
      return Number(a) > Number(b);
    case "<":
      return Number(a) < Number(b);
    case ">=":
      return Number(a) >= Number(b);
    default:
      return Number(a) <= Number(b);
  }
}

function filterHolds(node: unknown, event: Json): boolean {
  if (!isObject(node)) return true;
  if (typeof node.statement === "string") return statementHolds(node.statement, event);
  const inputs = Array.isArray(node.inputs) ? node.inputs : [];
  switch (node.operator) {
    case "OR":
      return inputs.some((input) => filterHolds(input, event));
    case "NOT":
      return !inputs.some((input) => filterHolds(input, event));
    default:
      return inputs.every((input) => filterHolds(input, event));
  }
}

/** Whether an event trigger is for this event: type, channel, metadata type, filter. */
export function eventMatches(trigger: TriggerRecord, event: Json & { event_type: string }): boolean {
  const wanted = trigger.event;
  if (!wanted) return false;
  const type = String(wanted.event_type);
  const metadata = isObject(event.metadata) ? event.metadata : undefined;
  const isMetadata =
    type === METADATA_POSTED &&
    event.event_type === MESSAGE_POSTED &&
    metadata?.event_type === wanted.metadata_event_type;
  if (type !== event.event_type && !isMetadata) return false;
  const channels = Array.isArray(wanted.channel_ids) ? wanted.channel_ids : undefined;
  if (channels && !channels.includes(event.channel_id)) return false;
  return filterHolds(isObject(wanted.filter) ? wanted.filter.root : undefined, event);
}

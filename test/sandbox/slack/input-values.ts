import { isObject } from "./block-check.ts";
import type { Json, View } from "./state.ts";

type Values = View["state"]["values"];
/** A person's answer, or why Slack's client would not take it. */
type Reading = { ok: true; value: Json } | { ok: false; why: string };

const text = (value: unknown): string => (isObject(value) ? String(value.text ?? "") : "");
const asList = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === null || value === undefined || value === "" ? [] : [value];

const optionsOf = (element: Json): Json[] => {
  const groups = Array.isArray(element.option_groups) ? element.option_groups.filter(isObject) : [];
  return [element.options, ...groups.map((group) => group.options)].flatMap((list) =>
    Array.isArray(list) ? list.filter(isObject) : [],
  );
};

function pickOptions(element: Json, given: unknown): Json[] | string {
  const options = optionsOf(element);
  // A single checkbox is a question of yes or no.
  if (given === false) return [];
  if (given === true && options.length === 1) return options;
  const picked: Json[] = [];
  for (const wanted of asList(given)) {
    const key = isObject(wanted) ? wanted.value : wanted;
    const option = options.find((one) => one.value === key) ?? options.find((one) => text(one.text) === key);
    if (!option)
      return `"${String(key)}" is not one of the options: ${options.map((one) => String(one.value)).join(", ")}`;
    picked.push(option);
  }
  return picked;
}

type Kind = {
  /** The value before anybody touched it. */
  initial(element: Json): Json;
  read(element: Json, given: unknown): Reading;
  empty(value: Json): boolean;
};

const typed = (element: Json, rest: Json): Json => ({ type: element.type, ...rest });

const scalar = (
  key: string,
  initialKey: string,
  check?: (element: Json, value: string) => string | undefined,
): Kind => ({
  initial: (element) => typed(element, { [key]: element[initialKey] ?? null }),
  read: (element, given) => {
    const value = given === null || given === undefined || given === "" ? null : String(given);
    const why = value === null ? undefined : check?.(element, value);
    return why ? { ok: false, why } : { ok: true, value: typed(element, { [key]: value }) };
  },
  empty: (value) => value[key] === null || value[key] === undefined || value[key] === "",
});

const listOf = (key: string, initialKey: string): Kind => ({
  initial: (element) => typed(element, { [key]: element[initialKey] ?? [] }),
  read: (element, given) => ({ ok: true, value: typed(element, { [key]: asList(given).map(String) }) }),
  empty: (value) => asList(value[key]).length === 0,
});

const oneOption: Kind = {
  initial: (element) => typed(element, { selected_option: element.initial_option ?? null }),
  read: (element, given) => {
    const picked = pickOptions(element, given);
    return typeof picked === "string"
      ? { ok: false, why: picked }
      : { ok: true, value: typed(element, { selected_option: picked[0] ?? null }) };
  },
  empty: (value) => !value.selected_option,
};

const manyOptions: Kind = {
  initial: (element) => typed(element, { selected_options: element.initial_options ?? [] }),
  read: (element, given) => {
    const picked = pickOptions(element, given);
    return typeof picked === "string"
      ? { ok: false, why: picked }
      : { ok: true, value: typed(element, { selected_options: picked }) };
  },
  empty: (value) => asList(value.selected_options).length === 0,
};

const lengthRule = (element: Json, value: string): string | undefined => {
  if (typeof element.max_length === "number" && value.length > element.max_length) {
    return `must be at most ${element.max_length} characters`;
  }
  if (typeof element.min_length === "number" && value.length < element.min_length) {
    return `must be at least ${element.min_length} characters`;
  }
  return undefined;
};

const numberRule = (element: Json, value: string): string | undefined => {
  const number = Number(value);
  if (!Number.isFinite(number)) return "must be a number";
  if (element.is_decimal_allowed !== true && !Number.isInteger(number)) return "must be a whole number";
  if (element.min_value !== undefined && number < Number(element.min_value))
    return `must be at least ${String(element.min_value)}`;
  if (element.max_value !== undefined && number > Number(element.max_value))
    return `must be at most ${String(element.max_value)}`;
  return undefined;
};

const matching = (pattern: RegExp, why: string) => (_: Json, value: string) => (pattern.test(value) ? undefined : why);

/** How each input element holds its value in `view.state` (docs.slack.dev, view_submission payloads). */
const KINDS: Readonly<Record<string, Kind>> = {
  plain_text_input: scalar("value", "initial_value", lengthRule),
  url_text_input: scalar("value", "initial_value", matching(/^https?:\/\/\S+$/, "must be a URL")),
  email_text_input: scalar("value", "initial_value", matching(/^\S+@\S+$/, "must be an e-mail address")),
  number_input: scalar("value", "initial_value", numberRule),
  datepicker: scalar("selected_date", "initial_date", matching(/^\d{4}-\d{2}-\d{2}$/, "must be a date, YYYY-MM-DD")),
  timepicker: scalar("selected_time", "initial_time", matching(/^\d{2}:\d{2}$/, "must be a time, HH:MM")),
  datetimepicker: scalar("selected_date_time", "initial_date_time", matching(/^\d{10}$/, "must be seconds since 1970")),
  static_select: oneOption,
  external_select: oneOption,
  radio_buttons: oneOption,
  overflow: oneOption,
  multi_static_select: manyOptions,
  multi_external_select: manyOptions,
  checkboxes: manyOptions,
  users_select: scalar("selected_user", "initial_user"),
  conversations_select: scalar("selected_conversation", "initial_conversation"),
  channels_select: scalar("selected_channel", "initial_channel"),
  multi_users_select: listOf("selected_users", "initial_users"),
  multi_conversations_select: listOf("selected_conversations", "initial_conversations"),
  multi_channels_select: listOf("selected_channels", "initial_channels"),
};

export interface Field {
  block_id: string;
  action_id: string;
  label: string;
  element: Json;
  /** An input block that may not stay empty. */
  required: boolean;
  kind: Kind;
}

/** Every element of the view that holds a value: input blocks, and stateful elements in actions or sections. */
export function fieldsOf(blocks: Json[]): Field[] {
  return blocks.flatMap((block) => {
    const isInput = block.type === "input";
    const elements = isInput
      ? [block.element]
      : block.type === "actions"
        ? asList(block.elements)
        : block.accessory
          ? [block.accessory]
          : [];
    return elements.filter(isObject).flatMap((element) => {
      const kind = KINDS[String(element.type)];
      if (!kind) return [];
      return [
        {
          block_id: String(block.block_id),
          action_id: String(element.action_id),
          label: isInput ? text(block.label) : text(block.text),
          element,
          required: isInput && block.optional !== true,
          kind,
        },
      ];
    });
  });
}

export function initialValues(blocks: Json[]): Values {
  const values: Values = {};
  for (const field of fieldsOf(blocks)) {
    values[field.block_id] = { ...values[field.block_id], [field.action_id]: field.kind.initial(field.element) };
  }
  return values;
}

export type Submitted =
  | { ok: true; values: Values }
  /** `errors` by block_id, as Slack's client shows them under the fields. */
  | { ok: false; errors: Record<string, string> };

/**
 * Fills a form: `given` names fields by label, block_id or action_id; what is not named keeps what the view shows.
 * Refuses unknown names, values the client would not take, and required fields left empty.
 */
export function submitValues(
  view: Pick<View, "blocks" | "state">,
  given: Json,
  people: (nameOrId: string) => string,
): Submitted {
  const fields = fieldsOf(view.blocks);
  const values: Values = structuredClone(view.state.values);
  const errors: Record<string, string> = {};
  for (const [name, answer] of Object.entries(given)) {
    const field =
      fields.find((one) => one.block_id === name) ??
      fields.find((one) => one.action_id === name) ??
      fields.find((one) => one.label === name);
    if (!field) {
      errors[name] = `there is no such field; the form has ${fields.map((one) => one.block_id).join(", ") || "none"}`;
      continue;
    }
    const reading = field.kind.read(
      field.element,
      String(field.element.type).includes("users_select") ? asList(answer).map((one) => people(String(one))) : answer,
    );
    if (reading.ok)
      values[field.block_id] = { ...values[field.block_id], [field.action_id]: unlist(field, reading.value) };
    else errors[field.block_id] = reading.why;
  }
  for (const field of fields) {
    const value = values[field.block_id]?.[field.action_id];
    if (field.required && !errors[field.block_id] && (!value || field.kind.empty(value))) {
      errors[field.block_id] = "This field is required.";
    }
  }
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, values };
}

/** `users_select` takes one person; the list that names were mapped in is taken apart again. */
function unlist(field: Field, value: Json): Json {
  return field.element.type === "users_select" && Array.isArray(value.selected_user)
    ? { ...value, selected_user: value.selected_user[0] ?? null }
    : value;
}

/** The value of one element as its `block_actions` action carries it. */
export function readElement(element: Json, given: unknown): Reading | undefined {
  return KINDS[String(element.type)]?.read(element, given);
}

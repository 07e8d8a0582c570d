import { isObject } from "./block-check.ts";
import { SlackError } from "./slack-error.ts";
import type { Json, View } from "./state.ts";

const TITLE = 25;

const plain = (text: unknown): Json => ({ type: "plain_text", text: String(text), emoji: true });

/** The input that Slack shows for a form element of this type (docs.slack.dev, creating a form). */
function elementFor(field: Json): Json {
  const choices = (Array.isArray(field.choices) ? field.choices.filter(isObject) : []).map((choice) => ({
    text: plain(choice.title ?? choice.value),
    value: String(choice.value),
  }));
  const listed = (Array.isArray(field.enum) ? field.enum : []).map((value: unknown) => ({
    text: plain(value),
    value: String(value),
  }));
  const options = choices.length > 0 ? choices : listed;
  const initial = field.default;
  switch (field.type) {
    case "string":
      if (options.length > 0) {
        const chosen = options.find((option) => option.value === initial);
        return { type: "static_select", options, ...(chosen ? { initial_option: chosen } : {}) };
      }
      return {
        type:
          field.format === "url"
            ? "url_text_input"
            : field.format === "email"
              ? "email_text_input"
              : "plain_text_input",
        ...(field.long === true ? { multiline: true } : {}),
        ...(typeof field.maxLength === "number" ? { max_length: field.maxLength } : {}),
        ...(typeof field.minLength === "number" ? { min_length: field.minLength } : {}),
        ...(initial === undefined ? {} : { initial_value: String(initial) }),
      };
    case "slack#/types/rich_text":
      return { type: "plain_text_input", multiline: true };
    case "number":
    case "integer":
      return {
        type: "number_input",
        is_decimal_allowed: field.type === "number",
        ...(field.minimum === undefined ? {} : { min_value: String(field.minimum) }),
        ...(field.maximum === undefined ? {} : { max_value: String(field.maximum) }),
        ...(initial === undefined ? {} : { initial_value: String(initial) }),
      };
    case "boolean": {
      const yes = { text: plain(field.title ?? field.name), value: "true" };
      return { type: "checkboxes", options: [yes], ...(initial === true ? { initial_options: [yes] } : {}) };
    }
    case "slack#/types/user_id":
      return { type: "users_select", ...(typeof initial === "string" ? { initial_user: initial } : {}) };
    case "slack#/types/channel_id":
      return { type: "channels_select", ...(typeof initial === "string" ? { initial_channel: initial } : {}) };
    case "slack#/types/date":
      return { type: "datepicker", ...(typeof initial === "string" ? { initial_date: initial } : {}) };
    case "array": {
      const items = isObject(field.items) ? field.items : {};
      if (items.type === "slack#/types/user_id") return { type: "multi_users_select" };
      if (items.type === "slack#/types/channel_id") return { type: "multi_channels_select" };
      const inner = elementFor({ ...items, type: "string" });
      return { type: "multi_static_select", options: inner.options };
    }
    default:
      throw new SlackError("unsupported_form_field", { field: field.name, type: field.type });
  }
}

/** The modal of the built-in OpenForm step. @throws SlackError naming a field type this Slack does not know. */
export function formView(inputs: Json): Json {
  const title = String(inputs.title ?? "");
  if (title.length > TITLE) throw new SlackError("invalid_form_title", { max: TITLE });
  const fields = isObject(inputs.fields) ? inputs.fields : {};
  const elements = Array.isArray(fields.elements) ? fields.elements.filter(isObject) : [];
  const required = Array.isArray(fields.required) ? fields.required : [];
  return {
    type: "modal",
    callback_id: "open_form",
    // Forms may be one character longer than modals.
    title: plain(title.slice(0, 24)),
    submit: plain(inputs.submit_label ?? "Submit"),
    close: plain("Cancel"),
    blocks: [
      ...(inputs.description ? [{ type: "section", text: plain(inputs.description) }] : []),
      ...elements.map((field) => ({
        type: "input",
        block_id: String(field.name),
        optional: !required.includes(field.name),
        label: plain(field.title ?? field.name),
        ...(field.description ? { hint: plain(field.description) } : {}),
        element: { ...elementFor(field), action_id: String(field.name) },
      })),
    ],
  };
}

/** `outputs.fields` of a submitted form: each field by name, with its plain value. */
export function formFields(view: Pick<View, "state">): Json {
  const fields: Json = {};
  for (const actions of Object.values(view.state.values)) {
    for (const [name, value] of Object.entries(actions)) fields[name] = plainValue(value);
  }
  return fields;
}

function plainValue(value: Json): unknown {
  switch (value.type) {
    case "static_select":
      return isObject(value.selected_option) ? value.selected_option.value : undefined;
    case "multi_static_select":
      return Array.isArray(value.selected_options) ? value.selected_options.map((option: Json) => option.value) : [];
    case "checkboxes":
      return Array.isArray(value.selected_options) && value.selected_options.length > 0;
    case "number_input":
      return value.value === null || value.value === undefined ? undefined : Number(value.value);
    case "users_select":
      return value.selected_user ?? undefined;
    case "channels_select":
      return value.selected_channel ?? undefined;
    case "multi_users_select":
      return value.selected_users;
    case "multi_channels_select":
      return value.selected_channels;
    case "datepicker":
      return value.selected_date ?? undefined;
    default:
      return value.value ?? undefined;
  }
}

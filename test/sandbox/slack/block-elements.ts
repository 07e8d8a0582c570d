import { type BlockCheck, isObject } from "./block-check.ts";
import type { Json } from "./state.ts";

type ElementRule = (check: BlockCheck, element: Json, pointer: string) => void;

/** Lengths of docs.slack.dev/reference/block-kit/block-elements and composition-objects. */
const OPTION_TEXT = 75;
const OPTION_VALUE = 150;
const OPTIONS = 100;
const PLACEHOLDER = 150;

function confirmDialog(check: BlockCheck, element: Json, pointer: string): void {
  const confirm = element.confirm;
  if (confirm === undefined) return;
  const here = `${pointer}/confirm`;
  if (!isObject(confirm)) {
    check.refuse(here, "must provide an object");
    return;
  }
  check.text(confirm, "title", here, 100, { required: true, kind: "plain_text" });
  check.text(confirm, "text", here, 300, { required: true });
  check.text(confirm, "confirm", here, 30, { required: true, kind: "plain_text" });
  check.text(confirm, "deny", here, 30, { required: true, kind: "plain_text" });
}

function options(
  check: BlockCheck,
  element: Json,
  pointer: string,
  max: number,
  key = "options",
  required = true,
): void {
  const seen = new Set<unknown>();
  for (const { item, pointer: here } of check.list(element, key, pointer, max, { required, min: 1 })) {
    check.text(item, "text", here, OPTION_TEXT, { required: true });
    check.text(item, "description", here, OPTION_TEXT);
    check.string(item, "value", here, OPTION_VALUE, { required: true, min: 1 });
    if (seen.has(item.value)) check.refuse(`${here}/value`, `option value "${String(item.value)}" is used twice`);
    seen.add(item.value);
  }
}

/** The preselected option(s) must be among the options, letter for letter. */
function initialAmongOptions(check: BlockCheck, element: Json, pointer: string): void {
  const groups = Array.isArray(element.option_groups) ? element.option_groups.filter(isObject) : [];
  const lists = [element.options, ...groups.map((group) => group.options)].filter(Array.isArray);
  const known = new Set(
    lists
      .flat()
      .map((option) =>
        JSON.stringify(isObject(option) ? [option.value, isObject(option.text) ? option.text.text : null] : option),
      ),
  );
  const asKey = (option: unknown) =>
    JSON.stringify(isObject(option) ? [option.value, isObject(option.text) ? option.text.text : null] : option);
  if (element.initial_option !== undefined && !known.has(asKey(element.initial_option))) {
    check.refuse(`${pointer}/initial_option`, "provided initial option must match one of the options");
  }
  if (Array.isArray(element.initial_options)) {
    if (element.initial_options.length === 0)
      check.refuse(`${pointer}/initial_options`, "no fewer than 1 items allowed");
    element.initial_options.forEach((option, index) => {
      if (!known.has(asKey(option))) {
        check.refuse(`${pointer}/initial_options/${index}`, "provided initial option must match one of the options");
      }
    });
  }
}

const select: ElementRule = (check, element, pointer) => {
  check.text(element, "placeholder", pointer, PLACEHOLDER, { kind: "plain_text" });
  if (element.options === undefined && element.option_groups === undefined) {
    check.refuse(pointer, "must define either `options` or `option_groups`");
  }
  options(check, element, pointer, OPTIONS, "options", false);
  for (const { item, pointer: here } of check.list(element, "option_groups", pointer, OPTIONS)) {
    check.text(item, "label", here, 75, { required: true, kind: "plain_text" });
    options(check, item, here, OPTIONS);
  }
  initialAmongOptions(check, element, pointer);
};

const picker: ElementRule = (check, element, pointer) =>
  check.text(element, "placeholder", pointer, PLACEHOLDER, { kind: "plain_text" });

const choice =
  (max: number): ElementRule =>
  (check, element, pointer) => {
    options(check, element, pointer, max);
    initialAmongOptions(check, element, pointer);
  };

const textInput: ElementRule = (check, element, pointer) => {
  check.text(element, "placeholder", pointer, PLACEHOLDER, { kind: "plain_text" });
  check.number(element, "min_length", pointer, 0, 3000);
  check.number(element, "max_length", pointer, 1, 3000);
  const max = typeof element.max_length === "number" ? element.max_length : 3000;
  check.string(element, "initial_value", pointer, max);
};

function style(check: BlockCheck, element: Json, pointer: string): void {
  if (element.style !== undefined && element.style !== "primary" && element.style !== "danger") {
    check.refuse(`${pointer}/style`, "must be primary or danger");
  }
}

const button: ElementRule = (check, element, pointer) => {
  check.text(element, "text", pointer, 75, { required: true, kind: "plain_text" });
  check.string(element, "value", pointer, 2000);
  check.string(element, "url", pointer, 3000);
  check.string(element, "accessibility_label", pointer, 75);
  style(check, element, pointer);
};

const workflowButton: ElementRule = (check, element, pointer) => {
  if (check.surface === "modal") return check.refuse(`${pointer}/type`, "workflow_button is not available in modals");
  check.text(element, "text", pointer, 75, { required: true, kind: "plain_text" });
  check.string(element, "accessibility_label", pointer, 75);
  style(check, element, pointer);
  const workflow = element.workflow;
  if (!isObject(workflow)) return check.refuse(pointer, "missing required field: workflow");
  const trigger = workflow.trigger;
  if (!isObject(trigger)) return check.refuse(`${pointer}/workflow`, "missing required field: trigger");
  const here = `${pointer}/workflow/trigger`;
  check.string(trigger, "url", here, 3000, { required: true, min: 1 });
  for (const input of check.list(trigger, "customizable_input_parameters", here, 10)) {
    check.string(input.item, "name", input.pointer, 255, { required: true, min: 1 });
    check.string(input.item, "value", input.pointer, 3000, { required: true });
  }
};

const numberInput: ElementRule = (check, element, pointer) => {
  if (typeof element.is_decimal_allowed !== "boolean")
    check.refuse(pointer, "missing required field: is_decimal_allowed");
  picker(check, element, pointer);
};

const image: ElementRule = (check, element, pointer) => {
  check.string(element, "image_url", pointer, 3000, { required: true, min: 1 });
  check.string(element, "alt_text", pointer, 2000, { required: true });
};

const any: ElementRule = () => {};

/** Every interactive element this Slack knows, and what it checks. */
export const ELEMENTS: Readonly<Record<string, ElementRule>> = {
  button,
  workflow_button: workflowButton,
  static_select: select,
  multi_static_select: select,
  external_select: picker,
  multi_external_select: picker,
  users_select: picker,
  multi_users_select: picker,
  conversations_select: picker,
  multi_conversations_select: picker,
  channels_select: picker,
  multi_channels_select: picker,
  overflow: choice(5),
  checkboxes: choice(10),
  radio_buttons: choice(10),
  datepicker: picker,
  timepicker: picker,
  datetimepicker: any,
  plain_text_input: textInput,
  url_text_input: picker,
  email_text_input: picker,
  number_input: numberInput,
  rich_text_input: any,
};

const INPUT_ONLY = ["plain_text_input", "url_text_input", "email_text_input", "number_input", "rich_text_input"];
const NOT_AN_INPUT = ["button", "workflow_button", "overflow"];
const SECTION_ACCESSORY_TOO = ["image"];

export type Place = "actions" | "accessory" | "input";

/** Checks one element where it stands; every element with an action id must be the only one of its block. */
export function checkElement(
  check: BlockCheck,
  element: Json,
  pointer: string,
  place: Place,
  actionIds: Set<string>,
): void {
  const type = String(element.type);
  if (place === "accessory" && SECTION_ACCESSORY_TOO.includes(type)) {
    image(check, element, pointer);
    return;
  }
  const rule = ELEMENTS[type];
  if (!rule) {
    check.refuse(`${pointer}/type`, `unsupported type: ${type}`);
    return;
  }
  if (
    place === "input"
      ? NOT_AN_INPUT.includes(type)
      : INPUT_ONLY.includes(type) && !(place === "actions" && type === "rich_text_input")
  ) {
    check.refuse(`${pointer}/type`, `unsupported type: ${type}`);
    return;
  }
  check.string(element, "action_id", pointer, 255, { min: 1 });
  if (typeof element.action_id === "string") {
    if (actionIds.has(element.action_id)) {
      check.refuse(`${pointer}/action_id`, `\`action_id\` "${element.action_id}" already exists for another element`);
    }
    actionIds.add(element.action_id);
  }
  confirmDialog(check, element, pointer);
  rule(check, element, pointer);
}

export const checkImage = image;

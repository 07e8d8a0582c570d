import { BLOCK_LIMITS, type Block, plainText, sentenceSection } from "./block-kit.ts";
import { plain } from "./text.ts";

export interface View {
  type: "modal";
  callback_id: string;
  title: ReturnType<typeof plainText>;
  submit?: ReturnType<typeof plainText>;
  close: ReturnType<typeof plainText>;
  private_metadata?: string;
  notify_on_close: boolean;
  blocks: Block[];
}

interface ModalParts {
  callbackId: string;
  title: string;
  /** Without it the modal can only be read and closed. */
  submit?: string;
  memory?: Record<string, unknown>;
  blocks?: Block[];
  /** False for a last word: the execution behind it has ended. */
  notifyOnClose?: boolean;
}

/** Without blocks it is the loading view: something must be opened within three seconds, and asking takes time. */
export const modal = ({ callbackId, title, submit, memory, blocks, notifyOnClose = true }: ModalParts): View => ({
  type: "modal",
  callback_id: callbackId,
  title: plainText(title, 24),
  ...(submit ? { submit: plainText(submit, 24) } : {}),
  close: plainText(submit ? "Cancel" : "Close", 24),
  ...(memory ? { private_metadata: JSON.stringify(memory) } : {}),
  notify_on_close: notifyOnClose,
  blocks: blocks ?? [sentenceSection("One moment…")],
});

interface Field {
  name: string;
  label: string;
  optional?: boolean;
  hint?: string;
}

/** Block id and action id are both the field's name, so a value is found at `values[name][name]`. */
const input = ({ name, label, optional = false, hint }: Field, element: Record<string, unknown>): Block => ({
  type: "input",
  block_id: name,
  optional,
  label: plainText(label, 200),
  ...(hint ? { hint: plainText(hint, 200) } : {}),
  element: { action_id: name, ...element },
});

export const textInput = ({
  max,
  multiline = false,
  initial,
  ...field
}: Field & { max: number; multiline?: boolean; initial?: string | undefined }): Block =>
  input(field, {
    type: "plain_text_input",
    multiline,
    max_length: max,
    ...(initial ? { initial_value: initial.slice(0, max) } : {}),
  });

export interface Option {
  text: string;
  value: string;
}

const option = ({ text, value }: Option) => ({ text: plainText(text, BLOCK_LIMITS.option), value });

/** Slack refuses an empty list and more than a hundred options. */
const OPTIONS_MAX = 100;

export function select({
  options,
  initial,
  ...field
}: Field & { options: readonly Option[]; initial?: string | undefined }): Block {
  const chosen = options.find(({ value }) => value === initial);
  return input(field, {
    type: "static_select",
    options: options.slice(0, OPTIONS_MAX).map(option),
    ...(chosen ? { initial_option: option(chosen) } : {}),
  });
}

/** Groups without options are left out; with none left there is no field. `initial`: values that are chosen from the start. */
export function multiSelect({
  groups,
  initial = [],
  ...field
}: Field & {
  groups: readonly { label: string; options: readonly Option[] }[];
  initial?: readonly string[];
}): Block[] {
  const filled = groups.filter(({ options }) => options.length > 0);
  if (filled.length === 0) return [];
  const chosen = filled
    .flatMap(({ options }) => options.slice(0, OPTIONS_MAX))
    .filter(({ value }) => initial.includes(value));
  return [
    input(field, {
      type: "multi_static_select",
      ...(chosen.length > 0 ? { initial_options: chosen.map(option) } : {}),
      option_groups: filled.map(({ label, options }) => ({
        label: plainText(label, 75),
        options: options.slice(0, OPTIONS_MAX).map(option),
      })),
    }),
  ];
}

export const checkbox = ({ option: only, ...field }: Field & { option: Option }): Block =>
  input({ ...field, optional: true }, { type: "checkboxes", options: [option(only)] });

/** Slack takes ten checkboxes in one group. */
const CHECKBOXES_MAX = 10;

/** Several of many: checkboxes while they fit, else a list to choose from. Without options there is no field. */
export function pickMany({
  groups,
  ...field
}: Field & { groups: readonly { label: string; options: readonly Option[] }[] }): Block[] {
  const options = groups.flatMap((group) => group.options);
  if (options.length === 0) return [];
  if (options.length > CHECKBOXES_MAX) return multiSelect({ groups, ...field });
  return [input(field, { type: "checkboxes", options: options.map(option) })];
}

export const userSelect = (field: Field): Block => input(field, { type: "users_select" });

/** Answers to a submission. */
export type ViewAnswer =
  | { response_action: "errors"; errors: Record<string, string> }
  | { response_action: "update"; view: View }
  | { response_action: "clear" };

export const fieldError = (field: string, sentence: string): ViewAnswer => ({
  response_action: "errors",
  errors: { [field]: plain(sentence, 500) },
});

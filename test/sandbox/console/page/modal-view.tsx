import { type FormEvent, useState } from "react";
import { useConsole } from "./console-context.ts";
import { Dialog } from "./dialog.tsx";
import { MessageBlocks } from "./message-blocks.tsx";
import { type FieldValue, ModalField } from "./modal-field.tsx";
import { type Block, plainText, type View } from "./world.ts";

/** An open modal or form of the acting person. The world keeps it open until the submission was accepted. */
export function ModalView({ view }: { view: View }) {
  const { person, act } = useConsole();
  const [edited, setEdited] = useState<Record<string, FieldValue>>({});
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [refused, setRefused] = useState<string>();
  const [busy, setBusy] = useState(false);

  const fields = view.blocks.filter(isField);
  const currentValue = (block: Block) => edited[fieldKey(block)] ?? initialValue(elementOf(block));
  const close = () => void act("/world/slack/close", { user: person.name, view_id: view.id });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // Every field is sent, the empty ones too: one that was cleared must not fall back to what it began with.
    const values = Object.fromEntries(fields.map((block) => [fieldKey(block), currentValue(block)]));
    setBusy(true);
    const answer = await act("/world/slack/submit", { user: person.name, view_id: view.id, values });
    setBusy(false);
    const fieldErrors = errorsIn(answer.errors);
    setErrors(fieldErrors);
    const known = fields.some((block) => errorFor(block, fieldErrors) !== undefined);
    setRefused(answer.ok || known ? undefined : (answer.error ?? Object.values(fieldErrors).join(" ")));
    const first = fields.find((block) => errorFor(block, fieldErrors) !== undefined);
    if (first) document.getElementById(inputId(view, first))?.focus();
  };

  return (
    <Dialog title={plainText(view.title) ?? "Form"} onClose={close}>
      <form className="dialog-form" onSubmit={(event) => void submit(event)} noValidate>
        <div className="dialog-content">
          {refused && (
            <p className="form-refused" role="alert">
              {refused}
            </p>
          )}
          {view.blocks.map((block, index) =>
            isField(block) ? (
              <ModalField
                key={fieldKey(block)}
                id={inputId(view, block)}
                block={block}
                element={elementOf(block)}
                value={currentValue(block)}
                error={errorFor(block, errors)}
                onChange={(value) => setEdited((before) => ({ ...before, [fieldKey(block)]: value }))}
              />
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: blocks have no identity but their place.
              <MessageBlocks key={index} blocks={[block]} />
            ),
          )}
        </div>
        <footer className="dialog-footer">
          <button type="button" className="slack-button" onClick={close}>
            {plainText(view.close) ?? "Cancel"}
          </button>
          {view.submit !== null && (
            <button type="submit" className="slack-button slack-button-primary" aria-busy={busy} disabled={busy}>
              {plainText(view.submit) ?? "Submit"}
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

const inputId = (view: View, block: Block) => `field-${view.id}-${fieldKey(block)}`;

/** Input blocks, and sections whose accessory takes a value: both belong to the submission. */
function isField(block: Block): boolean {
  if (block.type === "input") return true;
  const accessory = block.accessory as Block | undefined;
  return block.type === "section" && accessory !== undefined && FIELD_ACCESSORIES.includes(accessory.type);
}
const FIELD_ACCESSORIES = ["checkboxes", "radio_buttons", "static_select", "multi_static_select", "users_select"];

const elementOf = (block: Block): Block => (block.type === "input" ? block.element : block.accessory) as Block;

/** The block id where there is one: action ids may repeat, labels are for people. */
function fieldKey(block: Block): string {
  return String(block.block_id ?? elementOf(block).action_id ?? plainText(block.label) ?? "");
}

function errorsIn(errors: unknown): Record<string, string> {
  if (typeof errors !== "object" || errors === null) return {};
  return Object.fromEntries(Object.entries(errors).map(([field, text]) => [field, String(text)]));
}

function errorFor(block: Block, errors: Record<string, string>): string | undefined {
  return errors[fieldKey(block)] ?? errors[String(elementOf(block).action_id)] ?? errors[plainText(block.label) ?? ""];
}

function initialValue(element: Block): FieldValue {
  const option = (given: unknown) => String((given as { value?: unknown } | null | undefined)?.value ?? "");
  switch (element.type) {
    case "checkboxes":
    case "multi_static_select":
      return Array.isArray(element.initial_options) ? element.initial_options.map(option) : [];
    case "multi_users_select":
      return Array.isArray(element.initial_users) ? element.initial_users.map(String) : [];
    case "radio_buttons":
    case "static_select":
      return option(element.initial_option);
    case "users_select":
      return String(element.initial_user ?? "");
    default:
      return String(element.initial_value ?? element.initial_date ?? element.initial_time ?? "");
  }
}

import { optionsOf } from "./block-control.tsx";
import { actors, displayName } from "./cast.ts";
import { useConsole } from "./console-context.ts";
import { RenderedBlocks } from "./rendered-blocks.tsx";
import { type Block, plainText } from "./world.ts";

/** Text, an option's value, a user id; several of them for the plural inputs. */
export type FieldValue = string | string[];

interface ModalFieldProps {
  id: string;
  block: Block;
  element: Block;
  value: FieldValue;
  error: string | undefined;
  onChange(value: FieldValue): void;
}

/** One input of a modal with its label, hint and error. */
export function ModalField({ id, block, element, value, error, onChange }: ModalFieldProps) {
  const label = plainText(block.label) ?? plainText(element.placeholder) ?? "Choose";
  const hint = plainText(block.hint);
  const optional = block.type === "section" || block.optional === true;
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const shared: SharedInput = {
    id,
    required: !optional,
    "aria-invalid": error !== undefined,
    "aria-describedby": described,
  };
  const caption = (
    <>
      <bdi>{label}</bdi>
      {optional && <span className="optional"> (optional)</span>}
    </>
  );
  const notes = (
    <>
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="field-error" role="alert">
          {error}
        </p>
      )}
    </>
  );
  const text = block.type === "section" && <RenderedBlocks blocks={[{ type: "section", text: block.text }]} />;
  if (GROUPS.includes(element.type)) {
    return (
      <fieldset
        className="field"
        id={id}
        tabIndex={-1}
        aria-invalid={shared["aria-invalid"]}
        aria-describedby={described}
      >
        <legend>{caption}</legend>
        {text}
        <Choices id={id} element={element} value={value} onChange={onChange} />
        {notes}
      </fieldset>
    );
  }
  return (
    <div className="field">
      <label htmlFor={id}>{caption}</label>
      {text}
      <SingleInput shared={shared} element={element} value={value} onChange={onChange} />
      {notes}
    </div>
  );
}

interface SharedInput {
  id: string;
  required: boolean;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
}

const GROUPS = ["checkboxes", "radio_buttons", "multi_static_select", "multi_users_select"];

interface InputProps {
  element: Block;
  value: FieldValue;
  onChange(value: FieldValue): void;
}

function SingleInput({ shared, element, value, onChange }: InputProps & { shared: SharedInput }) {
  const choices = useChoices(element);
  const text = typeof value === "string" ? value : "";
  const placeholder = plainText(element.placeholder);
  const limit = typeof element.max_length === "number" ? element.max_length : undefined;
  if (element.type === "static_select" || element.type === "users_select") {
    return (
      <select {...shared} value={text} onChange={(event) => onChange(event.target.value)}>
        <option value="">{placeholder ?? "Choose"}</option>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    );
  }
  if (element.type === "plain_text_input" && element.multiline === true) {
    return (
      <>
        <textarea
          {...shared}
          dir="auto"
          rows={5}
          value={text}
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) event.currentTarget.form?.requestSubmit();
          }}
        />
        {limit !== undefined && (
          <p className="field-count" data-over={text.length > limit}>
            {text.length} / {limit}
          </p>
        )}
      </>
    );
  }
  const type = INPUT_TYPES[element.type];
  if (!type) return <p className="unsupported">This console cannot show “{element.type}”.</p>;
  return (
    <input
      {...shared}
      dir="auto"
      type={type}
      step={element.is_decimal_allowed === true ? "any" : undefined}
      value={text}
      placeholder={placeholder}
      autoComplete="off"
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

const INPUT_TYPES: Record<string, string> = {
  plain_text_input: "text",
  number_input: "number",
  email_text_input: "email",
  url_text_input: "url",
  datepicker: "date",
  timepicker: "time",
};

function Choices({ id, element, value, onChange }: InputProps & { id: string }) {
  const choices = useChoices(element);
  const single = element.type === "radio_buttons";
  const chosen = Array.isArray(value) ? value : [value];
  const toggle = (choice: string, on: boolean) => {
    if (single) onChange(choice);
    // In the order of the options, not of the clicks: what is sent does not depend on how it was ticked.
    else
      onChange(
        choices.map((option) => option.value).filter((option) => (option === choice ? on : chosen.includes(option))),
      );
  };
  return (
    <div className="choices">
      {choices.map((choice) => (
        <label key={choice.value} className="choice">
          <input
            type={single ? "radio" : "checkbox"}
            name={id}
            checked={chosen.includes(choice.value)}
            onChange={(event) => toggle(choice.value, event.target.checked)}
          />
          <span>
            <bdi>{choice.label}</bdi>
            {choice.description && <span className="choice-note">{choice.description}</span>}
          </span>
        </label>
      ))}
    </div>
  );
}

function useChoices(element: Block) {
  const { world } = useConsole();
  if (element.type !== "users_select" && element.type !== "multi_users_select") return optionsOf(element);
  return actors(world.slack.users).map((person) => ({
    value: person.id,
    label: displayName(person, person.id),
    description: undefined,
  }));
}

import { useState } from "react";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import { useConsole } from "./console-context.ts";
import type { OnControl } from "./message-blocks.tsx";
import { SafeLink } from "./safe-link.tsx";
import { type Block, plainText } from "./world.ts";

const CONTROLS = ["button", "workflow_button", "static_select", "users_select", "overflow"];

export const isControl = (element: Block | undefined): boolean =>
  element !== undefined && CONTROLS.includes(element.type);

/** A button or menu in a message. Asks its confirm dialog first, and waits for the answer before it can be pressed again. */
export function BlockControl({ element, onControl }: { element: Block; onControl: OnControl | undefined }) {
  const [asking, setAsking] = useState<{ value?: string } | undefined>();
  const [waiting, setWaiting] = useState(false);
  const busy = waiting || !onControl;
  const actionId = typeof element.action_id === "string" ? element.action_id : element.type;
  const send = async (press: { value?: string }) => {
    setAsking(undefined);
    setWaiting(true);
    await onControl?.({ action_id: actionId, ...press });
    setWaiting(false);
  };
  const press = (given: { value?: string }) => (element.confirm ? setAsking(given) : void send(given));
  const label = plainText(element.text) ?? actionId;

  if (!isControl(element)) return <p className="unsupported">This console cannot show “{element.type}”.</p>;
  if (typeof element.url === "string" && element.url !== "") {
    return (
      <SafeLink href={element.url} className={`slack-button ${style(element)}`}>
        {label}
      </SafeLink>
    );
  }
  return (
    <>
      {element.type === "button" || element.type === "workflow_button" ? (
        <button
          type="button"
          className={`slack-button ${style(element)}`}
          aria-label={plainText(element.accessibility_label)}
          aria-busy={waiting}
          disabled={busy}
          onClick={() => press(typeof element.value === "string" ? { value: element.value } : {})}
        >
          <bdi>{label}</bdi>
        </button>
      ) : (
        <Menu element={element} busy={busy} onPick={(value) => press({ value })} />
      )}
      {asking && (
        <ConfirmDialog
          confirm={element.confirm as Block}
          onConfirm={() => void send(asking)}
          onCancel={() => setAsking(undefined)}
        />
      )}
    </>
  );
}

function Menu({ element, busy, onPick }: { element: Block; busy: boolean; onPick(value: string): void }) {
  const { world } = useConsole();
  const options =
    element.type === "users_select"
      ? world.slack.users.map(({ id, name }) => ({ value: id, label: name }))
      : optionsOf(element).map((option) => ({ value: option.value, label: option.label }));
  const placeholder = plainText(element.placeholder) ?? (element.type === "overflow" ? "More" : "Choose");
  return (
    <select
      className="slack-button"
      aria-label={placeholder}
      disabled={busy}
      value=""
      onChange={(event) => onPick(event.target.value)}
    >
      <option value="" disabled>
        {placeholder}
      </option>
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}

export interface Option {
  value: string;
  label: string;
  description: string | undefined;
}

/** Options of a select, a group of checkboxes or of radio buttons, groups laid flat. */
export function optionsOf(element: Block): Option[] {
  const groups = Array.isArray(element.option_groups) ? (element.option_groups as { options?: unknown }[]) : [];
  const lists = [element.options, ...groups.map(({ options }) => options)];
  return lists
    .flatMap((options) => (Array.isArray(options) ? options : []))
    .map((option: { value?: unknown; text?: unknown; description?: unknown }) => ({
      value: String(option.value ?? ""),
      label: plainText(option.text) ?? String(option.value ?? ""),
      description: plainText(option.description),
    }));
}

const style = ({ style }: Block) => (style === "primary" || style === "danger" ? `slack-button-${style}` : "");

import { Dialog } from "./dialog.tsx";
import { RenderedBlocks } from "./rendered-blocks.tsx";
import { type Block, plainText } from "./world.ts";

/** Slack's confirm dialog of a control. */
export function ConfirmDialog({
  confirm,
  onConfirm,
  onCancel,
}: {
  confirm: Block;
  onConfirm(): void;
  onCancel(): void;
}) {
  return (
    <Dialog title={plainText(confirm.title) ?? "Are you sure?"} onClose={onCancel} small>
      <div className="dialog-content">
        <RenderedBlocks blocks={[{ type: "section", text: confirm.text }]} />
      </div>
      <footer className="dialog-footer">
        <button type="button" className="slack-button" onClick={onCancel}>
          {plainText(confirm.deny) ?? "Cancel"}
        </button>
        <button
          type="button"
          data-first
          className={`slack-button ${confirm.style === "danger" ? "slack-button-danger" : "slack-button-primary"}`}
          onClick={onConfirm}
        >
          {plainText(confirm.confirm) ?? "Yes"}
        </button>
      </footer>
    </Dialog>
  );
}

import { type ReactNode, useEffect, useId, useRef } from "react";
import { Icon } from "./icon.tsx";

interface DialogProps {
  title: string;
  /** Escape, the cross, or a press beside it. */
  onClose(): void;
  small?: boolean;
  children: ReactNode;
}

/** A modal dialog of the browser: it keeps the focus inside and the page behind out of reach. */
export function Dialog({ title, onClose, small, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    element.current?.showModal();
    element.current?.querySelector<HTMLElement>("[data-first], input, textarea, select")?.focus();
  }, []);
  useEffect(() => {
    // A modal may change under the person's hands; the focus must not fall behind it.
    if (!element.current?.contains(document.activeElement)) element.current?.focus();
  });
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the press beside the dialog is a second way; Escape is the browser's "cancel".
    <dialog
      ref={element}
      tabIndex={-1}
      className={`dialog ${small ? "dialog-small" : ""}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === element.current && onClose()}
    >
      <div className="dialog-body">
        <header className="dialog-header">
          <h2 id={titleId}>
            <bdi>{title}</bdi>
          </h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" size={18} />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

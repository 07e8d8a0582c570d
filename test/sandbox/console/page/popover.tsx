import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Icon, type IconName } from "./icon.tsx";

interface PopoverProps {
  label: string;
  icon?: IconName;
  title: string;
  align: "left" | "right";
  above?: boolean;
  /** Only the icon is seen; the label stays the accessible name. */
  iconOnly?: boolean;
  tone?: string;
  children: ReactNode | ((close: () => void) => ReactNode);
}

/** A button and the panel it opens. Escape or a press elsewhere closes it and gives the focus back. */
export function Popover({ label, icon, title, align, above, iconOnly, tone = "", children }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const whole = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!open) return;
    panel.current?.querySelector<HTMLElement>("select, input, button, a")?.focus();
    const onPress = (event: PointerEvent) => {
      if (event.target instanceof Node && !whole.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", onPress);
    return () => document.removeEventListener("pointerdown", onPress);
  }, [open]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape works anywhere inside; the controls are the button and the panel's.
    <div className="popover" ref={whole} onKeyDown={(event) => open && event.key === "Escape" && close()}>
      <button
        ref={button}
        type="button"
        className={`quiet-button ${tone}`}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={iconOnly ? label : undefined}
        title={iconOnly ? label : undefined}
        onClick={() => setOpen(!open)}
      >
        {icon && <Icon name={icon} size={15} />}
        {!iconOnly && <span>{label}</span>}
      </button>
      {open && (
        <section
          ref={panel}
          id={id}
          className={`panel panel-${align} ${above ? "panel-above" : ""}`}
          aria-label={title}
        >
          <h2 className="panel-title">{title}</h2>
          {typeof children === "function" ? children(close) : children}
        </section>
      )}
    </div>
  );
}

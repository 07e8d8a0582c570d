import type { KeyboardEvent } from "react";

/**
 * Arrow keys, Home and End move the focus among the controls of a list, whatever they are. The list stays reachable with
 * Tab because each control keeps its own place in the order.
 */
export function moveFocusWithArrows(event: KeyboardEvent<HTMLElement>, selector = "button:not(:disabled)"): void {
  const controls = [...event.currentTarget.querySelectorAll<HTMLElement>(selector)];
  const at = controls.indexOf(document.activeElement as HTMLElement);
  if (at === -1) return;
  const target = {
    ArrowDown: at + 1,
    ArrowRight: at + 1,
    ArrowUp: at - 1,
    ArrowLeft: at - 1,
    Home: 0,
    End: controls.length - 1,
  }[event.key];
  if (target === undefined) return;
  event.preventDefault();
  controls[(target + controls.length) % controls.length]?.focus();
}

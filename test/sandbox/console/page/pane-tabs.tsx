import { moveFocusWithArrows } from "./move-focus-with-arrows.ts";

export type Pane = "side" | "room" | "world";
export const PANES: readonly { id: Pane; label: string }[] = [
  { id: "side", label: "People" },
  { id: "room", label: "Channel" },
  { id: "world", label: "World" },
];

interface PaneTabsProps {
  panes: typeof PANES;
  shown: Pane;
  onShow(pane: Pane): void;
}

/** On narrow screens the three panes are one, and this says which. */
export function PaneTabs({ panes, shown, onShow }: PaneTabsProps) {
  return (
    <nav className="pane-tabs" aria-label="Panes" onKeyDown={moveFocusWithArrows}>
      {panes.map(({ id, label }) => (
        <button key={id} type="button" aria-current={shown === id ? "page" : undefined} onClick={() => onShow(id)}>
          {label}
        </button>
      ))}
    </nav>
  );
}

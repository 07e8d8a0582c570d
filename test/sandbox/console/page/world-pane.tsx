import { type ComponentType, useId, useState } from "react";
import { FaultsTab } from "./faults-tab.tsx";
import { LedgerTab } from "./ledger-tab.tsx";
import { LinearTab } from "./linear-tab.tsx";
import { ModelCallsTab } from "./model-calls-tab.tsx";
import { moveFocusWithArrows } from "./move-focus-with-arrows.ts";
import { RequestsTab } from "./requests-tab.tsx";
import { StatusPageTab } from "./status-page-tab.tsx";

const TABS: readonly { id: string; label: string; content: ComponentType }[] = [
  { id: "status", label: "Status page", content: StatusPageTab },
  { id: "linear", label: "Linear", content: LinearTab },
  { id: "ledger", label: "Ledger", content: LedgerTab },
  { id: "model", label: "Model", content: ModelCallsTab },
  { id: "requests", label: "Requests", content: RequestsTab },
  { id: "faults", label: "Faults", content: FaultsTab },
];

/** The world around Slack. */
export function WorldPane() {
  const [shown, setShown] = useState("status");
  const id = useId();
  const tab = TABS.find((candidate) => candidate.id === shown);
  const Content = tab?.content ?? StatusPageTab;
  return (
    <section className="pane world-pane" aria-label="The world around Slack">
      <div
        className="tabs"
        role="tablist"
        aria-label="World"
        onKeyDown={(event) => {
          moveFocusWithArrows(event);
          // Tabs follow the focus, as the ARIA pattern for quick panels has it.
          const focused = document.activeElement?.id;
          const target = TABS.find((candidate) => focused === `${id}-${candidate.id}`);
          if (target) setShown(target.id);
        }}
      >
        {TABS.map((candidate) => (
          <button
            key={candidate.id}
            id={`${id}-${candidate.id}`}
            type="button"
            role="tab"
            aria-selected={candidate.id === shown}
            aria-controls={`${id}-panel`}
            tabIndex={candidate.id === shown ? 0 : -1}
            onClick={() => setShown(candidate.id)}
          >
            {candidate.label}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling panel must be reachable with the keyboard. */}
      <div className="tab-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown}`} tabIndex={0}>
        <Content />
      </div>
    </section>
  );
}

import { useConsole } from "./console-context.ts";
import { FaultForm } from "./fault-form.tsx";

/** The faults now in force, and a form for one more. */
export function FaultsTab() {
  const { world, act } = useConsole();
  return (
    <div className="faults">
      {world.faults.length === 0 && <p className="empty">Nothing is broken on purpose.</p>}
      <ul>
        {world.faults.map((fault, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same fault may be set twice.
          <li key={index} className="fault">
            <strong>{fault.target}</strong>
            <span className="tag tag-warn">{fault.kind.replaceAll("_", " ")}</span>
            <span className="fault-detail">
              {[
                fault.match && `only ${fault.match}`,
                fault.ms && `${fault.ms} ms`,
                fault.status && `HTTP ${fault.status}`,
                fault.times ? `${fault.times} more` : "until repaired",
              ]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </li>
        ))}
      </ul>
      {world.faults.length > 0 && (
        <button type="button" className="slack-button" onClick={() => void act("/world/faults", {}, "DELETE")}>
          Repair everything
        </button>
      )}
      <h2 className="tab-title">Break a vendor</h2>
      <FaultForm onSent={() => undefined} />
    </div>
  );
}

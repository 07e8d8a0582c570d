import { useConsole } from "./console-context.ts";
import { instantOf, momentText } from "./time-text.ts";
import type { Component, PublicIncident, World } from "./world.ts";

const STATE_TEXT: Record<string, string> = {
  operational: "Operational",
  degraded_performance: "Degraded performance",
  partial_outage: "Partial outage",
  major_outage: "Major outage",
  under_maintenance: "Maintenance",
};
const WORST_FIRST = ["major_outage", "partial_outage", "degraded_performance", "under_maintenance", "operational"];
const HEADLINE: Record<string, string> = {
  major_outage: "Major outage",
  partial_outage: "Partial outage",
  degraded_performance: "Degraded performance",
  under_maintenance: "Under maintenance",
  operational: "All systems operational",
};

/** The public page as customers see it: nothing that only we know is shown here. */
export function StatusPageTab() {
  const { world } = useConsole();
  const components = componentsOf(world);
  const worst = WORST_FIRST.find((state) => components.some(({ status }) => status === state)) ?? "operational";
  const incidents = [...world.statuspage.incidents].sort((a, b) =>
    (a.created_at ?? "") < (b.created_at ?? "") ? 1 : -1,
  );
  return (
    <div className="status-page">
      <p className={`status-banner state-${worst}`}>{HEADLINE[worst]}</p>
      <ul className="status-components" aria-label="Components">
        {components.map((component) => (
          <li key={component.id}>
            <bdi>{component.name}</bdi>
            <span className={`state state-${component.status}`}>
              {STATE_TEXT[component.status ?? ""] ?? component.status}
            </span>
          </li>
        ))}
      </ul>
      <h2 className="tab-title">Incidents</h2>
      {incidents.length === 0 && <p className="empty">Customers have been told nothing yet.</p>}
      {incidents.map((incident) => (
        <Incident key={incident.id} incident={incident} />
      ))}
    </div>
  );
}

function Incident({ incident }: { incident: PublicIncident }) {
  const updates = [...incident.incident_updates].sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1));
  return (
    <article className={`public-incident impact-${incident.impact ?? "none"}`}>
      <h3 dir="auto">{incident.name}</h3>
      <ol>
        {updates.map((update) => (
          <li key={update.id}>
            <p className="update-body" dir="auto">
              <strong>{sentence(update.status)}</strong>
              {" – "}
              {update.body}
            </p>
            <time dateTime={timeOf(update)}>{momentText(instantOf(timeOf(update)) ?? 0)}</time>
          </li>
        ))}
      </ol>
    </article>
  );
}

const timeOf = (update: PublicIncident["incident_updates"][number]) => update.display_at ?? update.created_at ?? "";

const sentence = (status: string) => `${status.charAt(0).toUpperCase()}${status.slice(1).replaceAll("_", " ")}`;

/** The page's own list where it gives one, else the components its incidents name. */
function componentsOf(world: World): Component[] {
  const { components, incidents } = world.statuspage;
  const listed = components.length > 0 ? components : incidents.flatMap((incident) => incident.components);
  const newest = new Map(listed.map((component) => [component.id, component]));
  return [...newest.values()].map((component) => ({ ...component, status: component.status ?? "operational" }));
}

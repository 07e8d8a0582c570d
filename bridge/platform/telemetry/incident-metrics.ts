import { IncidentEvent } from "../../incident/events.ts";
import type { Incident } from "../../incident/state.ts";
import type { Metrics } from "./metrics.ts";

/** Counts what happens to incidents, told of each append of this process. */
export function createIncidentMetrics(metrics: Metrics): (state: Incident, events: readonly IncidentEvent[]) => void {
  const happened = metrics.counter("ic_events_total", "Events appended by this process, by type.");
  const room = metrics.histogram(
    "ic_room_open_seconds",
    "From wanting a room until people are in and the first message stands.",
  );
  const noise = metrics.counter("ic_alert_noise_total", "Incidents that were none, by outcome and alert rule.");
  // A series that begins at one was never seen to grow: a rule on its increase would sleep through the first time.
  for (const { shape } of IncidentEvent.options) happened.add({ type: shape.type.value }, 0);
  return (state, events) => {
    for (const { type } of events) {
      happened.add({ type });
      if (type === "IncidentResolved" && state.outcome !== "resolved" && state.opened?.origin === "alert") {
        noise.add({ outcome: state.outcome ?? "unknown", rule: state.alertRule ?? "unknown" });
      }
      if (type === "RoomOpened") room.observe((state.at - state.roomWantedAt) / 1_000, { severity: state.severity });
    }
  };
}

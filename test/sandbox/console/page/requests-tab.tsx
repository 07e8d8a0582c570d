import { useState } from "react";
import { useConsole } from "./console-context.ts";
import { requestText } from "./model-calls-tab.tsx";
import { instantOf, preciseText } from "./time-text.ts";
import type { LoggedRequest, World } from "./world.ts";

const SHOWN = 200;

/** What the simulators received, newest first. */
export function RequestsTab() {
  const { world } = useConsole();
  const [vendor, setVendor] = useState("");
  const all = requestsIn(world);
  const vendors = [...new Set(all.map((entry) => entry.vendor))].sort();
  const listed = all.filter((entry) => vendor === "" || entry.vendor === vendor).slice(0, SHOWN);
  return (
    <div className="requests">
      <label className="ledger-choice">
        <span>Vendor</span>
        <select value={vendor} onChange={(event) => setVendor(event.target.value)}>
          <option value="">all</option>
          {vendors.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      {listed.length === 0 && <p className="empty">No request yet.</p>}
      <ol>
        {listed.map((entry) => (
          <li key={entry.key} className="request">
            <details>
              <summary>
                <time>{entry.instant === undefined ? "" : preciseText(entry.instant)}</time>
                <span className="request-method">{entry.request.method ?? "POST"}</span>
                <span className="request-path" title={entry.path}>
                  <span className="request-vendor">{entry.vendor}</span> {entry.path}
                </span>
                <RequestStatus request={entry.request} />
              </summary>
              <pre dir="ltr">{requestText(entry.request.body ?? entry.request)}</pre>
            </details>
          </li>
        ))}
      </ol>
    </div>
  );
}

function RequestStatus({ request }: { request: LoggedRequest }) {
  const status = typeof request.status === "number" ? request.status : undefined;
  if (status === undefined) return null;
  const good = status >= 200 && status < 400;
  return <span className={`request-status ${good ? "" : "request-failed"}`}>{status === 0 ? "cut" : status}</span>;
}

interface Entry {
  key: string;
  vendor: string;
  request: LoggedRequest;
  path: string;
  instant: number | undefined;
}

/** Every part of the world that keeps a request log, whatever it is called. */
function requestsIn(world: World): Entry[] {
  return Object.entries(world)
    .flatMap(([part, value]) => {
      const requests = (value as { requests?: unknown } | null)?.requests;
      return (Array.isArray(requests) ? (requests as LoggedRequest[]) : []).map((request, index) => ({
        key: `${part} ${index}`,
        vendor: typeof request.vendor === "string" ? request.vendor : part,
        request,
        path: String(request.path ?? request.url ?? request.modelId ?? ""),
        instant: instantOf((request.at ?? request.time) as string | number | undefined),
      }));
    })
    .sort((a, b) => (b.instant ?? 0) - (a.instant ?? 0));
}

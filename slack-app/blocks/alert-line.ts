import type { AlertLineView } from "../../shared/contracts/views.ts";
import { type Rendered, sections } from "./block-kit.ts";
import { controlBlocks } from "./controls.ts";
import { joined, link, md } from "./text.ts";

/** One line for an alert that opened no room. */
export function alertLine(view: AlertLineView): Rendered {
  const { incidentId, title, service, severity, alertState, links, restricted, controls } = view;
  const line = restricted
    ? md`A restricted incident was opened: ${incidentId}.`
    : md`*${severity}* ${service}: ${title} (${alertState})`;
  const targets = links.length > 0 ? [joined(links.slice(0, 5).map(link), " · ")] : [];
  return { text: line.text, blocks: [...sections([line, ...targets]), ...controlBlocks(controls)] };
}

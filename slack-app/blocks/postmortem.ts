import type { PostmortemView } from "../../shared/contracts/views.ts";
import { type Rendered, sections } from "./block-kit.ts";
import { lines, link, md } from "./text.ts";

export function postmortem({ identifier, title, url, note }: PostmortemView): Rendered {
  const line = md`*Postmortem* ${link({ title: `${identifier} ${title}`, url })}`;
  return { text: md`Postmortem ${identifier}: ${title}`.text, blocks: sections([line, lines(note, 1_000)]) };
}

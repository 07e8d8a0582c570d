import type { ChecklistView } from "../../shared/contracts/views.ts";
import { header, type Rendered, sections } from "./block-kit.ts";
import { md } from "./text.ts";

const SECTIONS_MAX = 40;

export function incidentChecklist({ title, items }: ChecklistView): Rendered {
  const done = items.filter((item) => item.done).length;
  const rows = items.map(({ text, done, note }) => {
    const box = md`${done ? ":white_check_mark:" : ":white_large_square:"}`;
    return md`${box} ${text}${note ? md` (${note})` : ""}`;
  });
  return {
    text: md`${title}: ${done} of ${items.length} done`.text,
    blocks: [header(title), ...sections([md`${done} of ${items.length} done`, ...rows], SECTIONS_MAX)],
  };
}

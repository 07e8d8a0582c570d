import type { NudgeView } from "../../shared/contracts/views.ts";
import { type Rendered, sections } from "./block-kit.ts";
import { controlBlocks } from "./controls.ts";
import { lines, md, mention } from "./text.ts";

export function nudge({ text, mention: userId, controls }: NudgeView): Rendered {
  const said = lines(text, 2_000);
  const line = userId ? md`${mention(userId)} ${said}` : said;
  return { text: line.text, blocks: [...sections([line]), ...controlBlocks(controls)] };
}

import type { NudgeView } from "../../shared/contracts/views.ts";
import { type Rendered, sections } from "./block-kit.ts";
import { controlBlocks } from "./controls.ts";
import { lines, type Mrkdwn, md, mention, sentence } from "./text.ts";

export function nudge({ text, mention: userId, points = [], controls }: NudgeView): Rendered {
  const said = lines(text, 2_000);
  const line = userId ? md`${mention(userId)} ${said}` : said;
  return { text: line.text, blocks: [...sections([line, ...points.map(drawn)], 2), ...controlBlocks(controls)] };
}

/** What is late, and whose it is. */
function drawn({ text, role, minutesLate }: NonNullable<NudgeView["points"]>[number]): Mrkdwn {
  const whose = role === undefined ? "" : md`*${role}* `;
  const late = minutesLate === undefined ? "" : md` (${minutesLate} min)`;
  return md`• ${whose}${sentence(text)}${late}`;
}

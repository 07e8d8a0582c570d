import type { PageView } from "../../shared/contracts/views.ts";
import { type Rendered, sections } from "./block-kit.ts";
import { controlBlocks } from "./controls.ts";
import { joined, lines, link, md, sentence } from "./text.ts";

const SIGNS: Record<PageView["standing"], string> = {
  calling: ":hourglass_flowing_sand:",
  paged: ":pager:",
  delivered: ":bell:",
  acknowledged: ":white_check_mark:",
  unanswered: ":mega:",
  unknown: ":grey_question:",
  delayed: ":hourglass_flowing_sand:",
  failed: ":x:",
};

const TEXT_MAX = 1_000;

/** A page's one line. */
export function page({ standing, text, message, links, controls }: PageView): Rendered {
  const line = md`${SIGNS[standing]} ${sentence(text, TEXT_MAX)}`;
  return {
    text: sentence(text, TEXT_MAX).text,
    blocks: [
      ...sections([
        line,
        ...(message ? [md`> ${lines(message.replace(/\s+/g, " "), 500)}`] : []),
        ...(links.length > 0 ? [joined(links.slice(0, 3).map(link), " · ")] : []),
      ]),
      ...controlBlocks(controls),
    ],
  };
}

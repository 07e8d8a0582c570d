import type { NoticeView } from "../../shared/contracts/views.ts";
import { type Rendered, sections } from "./block-kit.ts";
import { controlBlocks } from "./controls.ts";
import { joined, mention, mentionGroup, sentence } from "./text.ts";

export function notice({ text, mention: userId, mentionGroup: groupId, controls }: NoticeView): Rendered {
  const called = [...(userId ? [mention(userId)] : []), ...(groupId ? [mentionGroup(groupId)] : [])];
  const line = joined([...called, sentence(text, 2_000)], " ");
  return { text: line.text, blocks: [...sections([line]), ...controlBlocks(controls)] };
}

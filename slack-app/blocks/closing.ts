import type { ClosingView } from "../../shared/contracts/views.ts";
import { context, header, type Rendered, sections } from "./block-kit.ts";
import { controlBlocks } from "./controls.ts";
import { lines, md, mention, sentence } from "./text.ts";

const SIGNS = {
  done: ":white_check_mark:",
  waiting: ":hourglass_flowing_sand:",
  failed: ":x:",
  "not-needed": ":heavy_minus_sign:",
} as const;

/** What closing the incident did, step by step: each one done, waiting, failed or not needed, and never just gone. */
export function closing({ by, outcome, summary, durationMinutes, steps, rating, controls }: ClosingView): Rendered {
  return {
    text: md`Incident closed: ${outcome}`.text,
    blocks: [
      header(`Incident closed: ${outcome}`),
      ...sections([md`Closed by ${mention(by)} after ${durationMinutes} min`, lines(summary, 2_000)]),
      ...sections(
        steps.map(({ text, state, note }) => md`${SIGNS[state]} ${sentence(text)}${note ? md` (${note})` : ""}`),
        5,
      ),
      ...(rating ? context([md`${rating}`]) : []),
      ...controlBlocks(controls),
    ],
  };
}

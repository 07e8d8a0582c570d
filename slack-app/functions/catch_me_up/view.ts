import type { Brief } from "../../../shared/contracts/queries.ts";
import { type Block, header, sections } from "../../blocks/block-kit.ts";
import { date, md, sentence } from "../../blocks/text.ts";

const LINE_MAX = 600;
const SECTIONS_MAX = 6;

/** What changed for this reader first, then where it stands, then how it came to that. */
export const briefBlocks = ({ incidentId, headline, changes, now, happened, earlier }: Brief): Block[] => [
  header(headline),
  ...(changes
    ? sections(
        [
          md`*Since you last looked*, ${date(changes.since)}`,
          ...(changes.more > 0 ? [md`… ${changes.more} earlier changes`] : []),
          ...(changes.lines.length > 0
            ? changes.lines.map((line) => md`• ${sentence(line, LINE_MAX)}`)
            : [md`nothing new`]),
        ],
        SECTIONS_MAX,
      )
    : []),
  ...sections(
    [...now.map(({ label, text }) => md`*${label}* ${sentence(text, LINE_MAX)}`), md`${incidentId}`],
    SECTIONS_MAX,
  ),
  ...sections(
    [
      md`*What happened*`,
      ...(earlier > 0 ? [md`… ${earlier} earlier`] : []),
      ...happened.map(({ at, text }) => md`• ${date(at)} ${sentence(text, LINE_MAX)}`),
    ],
    SECTIONS_MAX,
  ),
];

import type { AlertGroupsView } from "../../shared/contracts/views.ts";
import { type Rendered, sections } from "./block-kit.ts";
import { md, sentence } from "./text.ts";

/** Every alert group of an incident in one message, each with the name that `split` takes. */
export function alertGroups({ groups, more, notes }: AlertGroupsView): Rendered {
  const total = groups.length + more;
  const firing = groups.filter(({ state }) => state === "firing").length;
  const first = md`*Alert groups here* ${total}${more > 0 ? "" : md`, ${firing} firing`}`;
  return {
    text: md`Alert groups here: ${total}`.text,
    blocks: sections(
      [
        first,
        ...groups.map(
          ({ name, title, state, count }) =>
            md`• ${title} – ${state}${count > 1 ? md`, ${count} alerts` : ""} (${name})`,
        ),
        ...(more > 0 ? [md`… and ${more} more`] : []),
        ...notes.map((note) => sentence(note)),
      ],
      3,
    ),
  };
}

import { displayName } from "./cast.ts";
import { Icon } from "./icon.tsx";
import type { Person } from "./world.ts";

const TINTS = 8;

/** A quiet stand-in for a photo: the initial on a tint that always belongs to this person. */
export function Avatar({ person, id, size }: { person: Person | undefined; id: string; size: "small" | "large" }) {
  const bot = person?.is_bot ?? false;
  const tint = [...(person?.name ?? id)].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % TINTS;
  return (
    <span className={`avatar avatar-${size} ${bot ? "avatar-bot" : `avatar-tint-${tint}`}`} aria-hidden="true">
      {bot ? <Icon name="pulse" size={size === "large" ? 20 : 13} /> : [...displayName(person, id)][0]?.toUpperCase()}
    </span>
  );
}

import type { Command } from "../../../shared/contracts/commands.ts";

/** Commands that say which card they came from. */
type FromCard = Extract<Command, { hash16: string }>;

/** The card as the person saw it; the same in each of those commands. */
export type Clicked = Pick<FromCard, "incidentId" | "draftId" | "version" | "hash16" | "channel" | "ts">;

type Wish<C> = C extends FromCard ? Omit<C, "commandId" | "actor"> : never;

/** A command of the card before it is known who wants it. */
export type CardCommand = Wish<FromCard>;

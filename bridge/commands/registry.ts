import { help } from "./help.ts";
import type { SlashCommand } from "./slash-command.ts";
import { status } from "./status.ts";

/** Every word that exists. The help text and the companion app's usage hint are made from this list. */
export const REGISTRY: readonly SlashCommand[] = [help, status];

import { helpText } from "./help.ts";
import { escapeMrkdwn } from "./mrkdwn.ts";
import { nearestWord } from "./nearest-word.ts";
import { type CommandContext, SLASH } from "./slash-command.ts";
import { firstWord, typedText } from "./typed-text.ts";

/**
 * The answer to what stood after the slash command. A word that does not exist is named as such, with the nearest one that
 * does and the help; nothing typed is `help`.
 */
export async function answerCommand(text: string, context: Omit<CommandContext, "args">): Promise<string> {
  const { word: typed, rest } = firstWord(text);
  const wanted = typed === "" ? "help" : typed.toLowerCase();
  const command = context.registry.find(({ name }) => name === wanted);
  if (command !== undefined) return await command.run({ ...context, args: typedText(rest) });

  const near = nearestWord(
    wanted,
    context.registry.map(({ name }) => name),
  );
  const meant = near === undefined ? "" : ` Did you mean \`${SLASH} ${near}\`?`;
  const shown = escapeMrkdwn(typed.slice(0, 40)).replaceAll("`", "'");
  return `There is no command "${shown}".${meant}\n${helpText(context)}`;
}

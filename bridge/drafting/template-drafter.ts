import { LIMITS } from "../../shared/limits.ts";
import { COMPONENT_STATUSES, type ComponentStatus } from "../../shared/vocabulary.ts";
import { shownLength } from "../publish-gate/content.ts";
import type { DraftedUpdate, Drafter, UpdateRequest } from "./drafter.ts";
import { nextUpdateTime } from "./next-update.ts";
import { fitUnits, toPublicForm } from "./public-text.ts";
import { publishableImpact } from "./publishable-impact.ts";
import { COMPONENT_WORDS, TITLE_WORDS, WHAT_WE_DO } from "./template-words.ts";

const NAMED_COMPONENTS = 3;
const LISTED_COMPONENTS = 10;
const MAX_NAME_UNITS = 80;

/** Writes updates without a model. */
export const createTemplateDrafter = (): Drafter => ({
  draftUpdate: (request) => Promise.resolve(templateUpdate(request)),
});

/**
 * Customer text from the form alone: what customers notice, what we do, when they hear again. Names no cause, person or internal
 * system, makes up nothing, holds no placeholder. The same request gives the same text.
 */
export function templateUpdate(request: UpdateRequest): DraftedUpdate {
  const impact = publishableImpact(request.impact, request.knownNames);
  return {
    title: request.previous?.title ?? titleOf(request.components),
    body: bodyOf(request, impact.text),
    author: "template",
    note: impact.note,
  };
}

function bodyOf(request: UpdateRequest, impact: string): string {
  const { status, components } = request;
  const noticed = impact === "" ? genericImpact(request) : impact;
  const around = [
    WHAT_WE_DO[status],
    affected(components),
    status === "resolved" ? "" : `Next update by ${nextUpdateTime(request)}.`,
  ];
  const roomLeft = LIMITS.publicBody - shownLength(around.join("\n\n")) - 4;
  const fitted = fitUnits(noticed, roomLeft);
  const [whatWeDo, list, next] = around;
  const paragraphs = status === "resolved" ? [whatWeDo, fitted, list] : [fitted, whatWeDo, list, next];
  return toPublicForm(paragraphs.filter((paragraph) => paragraph !== "").join("\n\n"));
}

function genericImpact({ components, status }: UpdateRequest): string {
  const where = components.length === 0 ? "our service" : listOf(components.map(({ name }) => publicName(name)));
  return status === "resolved"
    ? `Some customers may have noticed problems with ${where}.`
    : `Some customers may notice problems with ${where}.`;
}

function titleOf(components: UpdateRequest["components"]): string {
  if (components.length === 0) return "Service disruption";
  const worst = components.reduce<ComponentStatus>(
    (sofar, { status }) => (COMPONENT_STATUSES.indexOf(status) > COMPONENT_STATUSES.indexOf(sofar) ? status : sofar),
    "operational",
  );
  const title = TITLE_WORDS[worst](listOf(components.map(({ name }) => publicName(name))));
  return title.length <= LIMITS.publicTitle ? title : TITLE_WORDS[worst](`${components.length} components`);
}

function affected(components: UpdateRequest["components"]): string {
  if (components.length === 0) return "";
  const listed = components
    .slice(0, LISTED_COMPONENTS)
    .map(({ name, status }) => `- ${publicName(name)}: ${COMPONENT_WORDS[status]}`);
  const more = components.length - listed.length;
  return ["Components:", ...listed, ...(more > 0 ? [`- and ${more} more`] : [])].join("\n");
}

/** One line, bounded: Statuspage itself allows longer names than a sentence can carry. A name nobody could see is none. */
const publicName = (name: string) =>
  fitUnits(toPublicForm(name.replace(/\s+/g, " ")).trim(), MAX_NAME_UNITS) || "a component";

/** `A`, `A and B`, `A, B and C`, `A, B, C and 4 more`. */
function listOf(names: string[]): string {
  const shown = names.length > NAMED_COMPONENTS + 1 ? names.slice(0, NAMED_COMPONENTS) : names;
  const parts = shown.length < names.length ? [...shown, `${names.length - shown.length} more`] : shown;
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} and ${last}`;
}

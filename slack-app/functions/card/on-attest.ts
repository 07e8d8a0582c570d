import { fieldError } from "../../blocks/modal.ts";
import { attestModal } from "./card-modals.ts";
import { commandModal } from "./command-modal.ts";

/** *It is on the page*: a person looked, and names the link and the words that stand there. */
export const attesting = commandModal({
  view: attestModal,
  errorField: "link",
  command(clicked, field) {
    const link = field("link")?.trim();
    const text = field("text");
    if (!link || !isWebAddress(link)) {
      return fieldError(
        "link",
        "This is no web address. Copy the address of the public entry; it starts with https://",
      );
    }
    if (!text) return fieldError("text", "Copy the text that stands on the page.");
    return { type: "AttestPublished", ...clicked, link, text };
  },
});

const isWebAddress = (link: string): boolean =>
  URL.canParse(link) && ["https:", "http:"].includes(new URL(link).protocol);

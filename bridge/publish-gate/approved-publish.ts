import type { Content } from "../incident/content-schema.ts";
import { AppError } from "../platform/app-error.ts";
import { type Rendered, render } from "./content.ts";

declare const brand: unique symbol;

/** The right to make one particular call to the status page, once. Only the publish gate can make one. */
export interface ApprovedPublish {
  readonly [brand]: true;
  readonly request: Rendered;
}

/** Somebody tried to publish without the recorded approval of exactly this content. Nothing was sent. */
export class AutoPublishNotPermittedError extends AppError {
  override readonly name = "AutoPublishNotPermittedError";
  constructor(why: string) {
    super(`publishing was refused because ${why}; nothing was sent, ask for approval of the current text`);
  }
}

/** Rights that exist and are unspent. A forged, copied or already spent one is not in it. */
const live = new WeakSet<object>();

/** For publish.ts only: called after the recorded approval was read back and found to be of this very content. */
export function mint(content: Content): ApprovedPublish {
  const approved = Object.freeze({ request: Object.freeze(render(content)) });
  live.add(approved);
  return approved as unknown as ApprovedPublish;
}

/** Uses the right up. @throws AutoPublishNotPermittedError when it was not minted here or was spent before. */
export function spend(approved: ApprovedPublish): Rendered {
  if (!live.delete(approved))
    throw new AutoPublishNotPermittedError("this right to publish was forged, copied or used before");
  return approved.request;
}

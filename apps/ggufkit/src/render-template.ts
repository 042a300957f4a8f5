import { stripControl } from "@ggufkit/terminal";

import { InspectError } from "./errors.ts";
import type { Inspection } from "./inspection.ts";

/**
 * The chat template alone, without control characters, ended by a newline.
 *
 * @throws {InspectError} `no-template`
 */
export function renderTemplate({ files, model }: Inspection): string {
  if (model.chatTemplate === undefined)
    throw new InspectError("no-template", files[0].path, "has no chat template");
  const template = stripControl(model.chatTemplate);
  return template.endsWith("\n") ? template : `${template}\n`;
}

import { chatTemplateOf } from "../describe/chat-template.ts";
import type { Gguf } from "../format/gguf.ts";
import { stringOf } from "../format/gguf-value.ts";
import { checkType } from "./check-type.ts";
import { finding, type Finding } from "./finding.ts";

/** Checks that the chat template is Jinja that can be read. */
export function* checkChatTemplate(gguf: Gguf): Iterable<Finding> {
  const key = "tokenizer.chat_template";
  yield* checkType(gguf, key, "string");
  const template = stringOf(gguf.kv.get(key));
  if (template === undefined || chatTemplateOf(template) !== undefined) return;
  yield finding("warning", "bad-chat-template", "no Jinja template that can be read", { key });
}

import { Template } from "@huggingface/jinja";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChatMessage } from "../src/chat/message.ts";
import { stripThinking, type StripOptions } from "../src/chat/strip-thinking.ts";
import { THOUGHT_TAGS, thoughtTagsOf } from "../src/chat/thought-tags.ts";

const answer = (content: ChatMessage["content"], more: object = {}): ChatMessage => ({
  role: "assistant",
  ...(content === undefined ? {} : { content }),
  ...more,
});
const strip = (text: string, options?: StripOptions): string => {
  const content = stripThinking([answer(text)], options)[0]?.content;
  if (typeof content !== "string") throw new Error("expected a text");
  return content;
};

describe("thoughts in a text", () => {
  it.each([
    ["Qwen3", "<think>\nHm.\n</think>\n\nYes.", "Yes."],
    ["no thoughts", "<think>\n\n</think>\n\nYes.", "Yes."],
    ["DeepSeek-R1, whose prompt has the opening", "Hm.\n</think>\n\nYes.", "Yes."],
    ["GLM-4.7, switched off", "</think>Yes.", "Yes."],
    ["a cut-off output", "<think>\nHm, let me", ""],
    ["blanks before", " \n<think>Hm.</think> Yes.\n", " Yes.\n"],
    ["two", "<think>a</think>\n<think>b</think>\nYes.", "Yes."],
    ["between texts", "First. <think>Hm.</think> Second.", "First.  Second."],
    ["cut off later on", "First.\n<think>Hm, and", "First.\n"],
    ["cut off behind thoughts", "<think>a</think><think>b", ""],
    ["nested", "<think>a <think>b</think> c</think>Yes.", "Yes."],
    ["a mention of the opening in them", "<think>I write <think> now.</think>Yes.", "Yes."],
    ["Magistral", "[THINK]Hm.[/THINK]Yes.", "Yes."],
    ["Seed-OSS", "<seed:think>Hm.</seed:think>Yes.", "Yes."],
    ["Command A", "<|START_THINKING|>Hm.<|END_THINKING|>Yes.", "Yes."],
    ["Gemma 4", "<|channel>thought\nHm.<channel|>Yes.", "Yes."],
    [
      "gpt-oss",
      "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.",
      "Yes.",
    ],
    ["a fence left open in them", "<think>\n```py\nx = 1\n</think>\n\nYes `x`.", "Yes `x`."],
    ["the same without the opening", "Hm.\n```py\nx = 1\n</think>\n\nYes.", "Yes."],
    ["Windows' line ends", "<think>\r\nHm.\r\n</think>\r\n\r\nYes.\r\n", "Yes.\r\n"],
  ])("%s", (_, text, rest) => {
    expect(strip(text)).toBe(rest);
  });

  it.each([
    ["inline code", "Qwen3 writes `<think>` and `</think>`."],
    ["inline code with more backticks", "As ``a ` <think>b</think>`` shows."],
    ["a fence", "So:\n\n```xml\n<think>\nHm.\n</think>\n```\n\nThat is all."],
    ["a fence of tildes that is never closed", "So:\n~~~\n<think>Hm.</think>"],
    ["a longer fence around a shorter one", "````\n```\n<think>Hm.</think>\n````\n"],
    ["an opening in a sentence", "The tag <think> comes first."],
    ["the end of a turn of other models", "Yes.<|end|>"],
    ["a final answer of gpt-oss", "<|channel|>final<|message|>Yes."],
    ["blanks at its ends", "\n\n Yes. \n"],
  ])("are told from %s", (_, text) => {
    expect(strip(text)).toBe(text);
  });

  it("a backtick in one paragraph hides nothing in another", () => {
    expect(strip("A ` here.\n\n<think>Hm.</think>And ` there.")).toBe("A ` here.\n\nAnd ` there.");
  });

  it("code in the thoughts does not reach into the answer", () => {
    expect(strip("<think>Is it ` or `` or\n```</think>It is `<think>`.")).toBe("It is `<think>`.");
  });

  it("begin every answer where the prompt ends with the opening", () => {
    const options = { beginsInThoughts: true };
    expect(strip("The user says <think> and </think>.</think>Yes.", options)).toBe("Yes.");
    expect(strip("Hm, let me", options)).toBe("");
    expect(strip("Hm.</think>`</think>`", options)).toBe("`</think>`");
  });

  it("have the tags that a caller names", () => {
    const tags = [{ open: ["(("], close: ["))"], opensInPrompt: false }];
    expect(strip("((Hm.))<think>Yes.", { tags })).toBe("<think>Yes.");
    expect(strip("Yes.))", { tags })).toBe("Yes.))");
  });
});

describe("a chat's history", () => {
  const tool = { role: "tool", content: "<think>42</think>" };
  const history: ChatMessage[] = [
    { role: "system", content: "Think in <think></think>." },
    { role: "user", content: "<think>mine</think>" },
    answer("<think>a</think>One."),
    { role: "user", content: "Again" },
    answer("<think>b</think>", { reasoning_content: "b", tool_calls: [{ id: "1" }] }),
    tool,
    answer("<think>c</think>Two."),
  ];

  it("keeps all that is not the assistant's, and the assistant's calls", () => {
    expect(stripThinking(history)).toEqual([
      history[0],
      history[1],
      answer("One."),
      history[3],
      answer("", { tool_calls: [{ id: "1" }] }),
      tool,
      answer("Two."),
    ]);
  });

  it("can keep what was thought since the user's last words, while tools are called", () => {
    const kept = stripThinking(history, { keepAfterLastUser: true });
    expect(kept[2]).toEqual(answer("One."));
    expect(kept.slice(3)).toEqual(history.slice(3));
    const asUser = { role: "user", content: "<tool_response>\n42\n</tool_response>" };
    const loop = [...history.slice(0, 5), asUser, answer("<think>c</think>Two.")];
    expect(stripThinking(loop, { keepAfterLastUser: true }).slice(4)).toEqual(loop.slice(4));
    expect(stripThinking([answer("<think>a</think>b")], { keepAfterLastUser: true })).toEqual([
      answer("b"),
    ]);
  });

  it.each(["reasoning_content", "reasoning", "thinking"])("loses %s", (field) => {
    expect(stripThinking([answer("Yes.", { [field]: "Hm." })])).toEqual([answer("Yes.")]);
    expect(stripThinking([answer(null, { [field]: null })])).toEqual([answer(null)]);
    expect(stripThinking([answer(undefined, { [field]: "Hm." })])).toEqual([answer(undefined)]);
  });

  it("loses parts of thoughts, and text parts of which nothing is left", () => {
    const image = { type: "image_url", image_url: { url: "x" } };
    const parts = [
      { type: "thinking", thinking: [{ type: "text", text: "Hm." }] },
      { type: "text", text: "<think>Hm.</think>" },
      image,
      { type: "text", text: "<think>Hm.</think>Yes." },
      { type: "text", text: "" },
    ];
    expect(stripThinking([answer(parts)])).toEqual([
      answer([image, { type: "text", text: "Yes." }, { type: "text", text: "" }]),
    ]);
  });

  it("becomes what Qwen3's template makes of it", () => {
    // The template cuts thoughts out of all answers but those since the user's last words.
    const template = new Template(
      "{%- for message in messages %}{%- set content = message.content %}{%- if message.role == 'assistant' and '</think>' in content %}{%- set content = content.split('</think>')[-1].lstrip('\\n') %}{%- endif %}{{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>\\n' }}{%- endfor %}",
    );
    const chat = [
      "<think>\nHm.\n</think>\n\nYes.",
      "<think>\n\n</think>\n\nNo.\n",
      "Hm.</think>Yes.",
    ]
      .map((text) => answer(text))
      .flatMap((message) => [{ role: "user", content: "And now?" }, message]);
    const rendered = template.render({ messages: chat });
    expect(template.render({ messages: stripThinking(chat) })).toBe(rendered);
    expect(rendered).not.toContain("Hm.");
  });

  it("returns messages without thoughts as they are", () => {
    const plain = [answer("Yes."), answer([{ type: "text", text: "Yes." }])];
    const stripped = stripThinking(plain);
    expect(stripped.every((message, index) => message === plain[index])).toBe(true);
  });
});

describe("any text", () => {
  const pieces = [
    ...THOUGHT_TAGS.flatMap(({ open, close }) => [...open, ...close]),
    ..."`|``|```|~~~|\n|\n\n| |\t|\r\n|a|<|[|\uD83D".split("|"),
  ];
  const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((all) => all.join(""));

  it("loses pieces and gains nothing", () => {
    fc.assert(
      fc.property(texts, fc.boolean(), (text, beginsInThoughts) => {
        let at = 0;
        for (const character of strip(text, { beginsInThoughts }).split("")) {
          at = text.indexOf(character, at) + 1;
          if (at === 0) return false;
        }
        return true;
      }),
    );
  });

  it("without tags stays byte for byte", () => {
    fc.assert(fc.property(fc.string(), (text) => strip(text) === text));
  });

  it("behind well-formed thoughts stays byte for byte", () => {
    const thought = fc.string().filter((text) => !text.includes("<") && !text.includes("["));
    const rest = fc.string().filter((text) => !/^[\r\n]|[<[]/.test(text));
    fc.assert(
      fc.property(
        thought,
        rest,
        (inner, text) => strip(`<think>${inner}</think>\n${text}`) === text,
      ),
    );
  });

  it("is not changed where it is given", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const messages = Object.freeze([
          Object.freeze(answer(text, { thinking: text })),
          Object.freeze(answer(Object.freeze([Object.freeze({ type: "text", text })]))),
        ]);
        stripThinking(messages);
        return messages[0]?.content === text;
      }),
    );
  });

  it.each(["<think>", "x<think>", "</think>", "`", "```\n", "`` ` ", "a`<think>", "<think> \n "])(
    "of many %j takes no time to speak of",
    (piece) => {
      strip(piece.repeat(1e6 / piece.length));
      strip("`</think>".repeat(1e5), { beginsInThoughts: true });
    },
  );
});

describe("the tags of a chat template", () => {
  it("are those that it mentions, else all", () => {
    const opens = (template: string | undefined): string[] =>
      thoughtTagsOf(template).flatMap(({ open }) => open);
    expect(opens("{{ content.split('</think>')[-1] }}{{ '<think>' }}")).toEqual(["<think>"]);
    expect(opens("{{ '[THINK]' }}")).toEqual(["[THINK]"]);
    expect(thoughtTagsOf("{{ messages }}")).toBe(THOUGHT_TAGS);
    expect(thoughtTagsOf(undefined)).toBe(THOUGHT_TAGS);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { yamlKey, yamlString, yamlText } from "../../src/targets/yaml-text.ts";

describe("YAML", () => {
  it.each([
    "no",
    "on",
    "1",
    "1.5",
    "~",
    "",
    "a: b",
    "- x",
    "#",
    "a\u2028b",
    "é",
    "null",
    "=",
    "<<",
  ])("%j is read as text", (text) => {
    for (const version of ["1.1", "1.2"] as const) {
      const document = `${yamlKey(text)}: ${yamlString(text)}\n`;
      expect(parse(document, { version })).toEqual({ [text]: text });
    }
  });

  it("any text is read as it was, as key and as value, by both versions", () => {
    const text = fc.string({ unit: "binary" }).filter((value) => !/[\ud800-\udfff]/u.test(value));
    fc.assert(
      fc.property(text, (value) => {
        for (const version of ["1.1", "1.2"] as const)
          expect(parse(yamlText({ [`k${value}`]: { list: [value, 1] } }), { version })).toEqual({
            [`k${value}`]: { list: [value, 1] },
          });
      }),
    );
  });
});

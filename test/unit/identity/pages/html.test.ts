import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeHtml, html } from "../../../../src/identity/pages/html.ts";
import { anyCodePoint } from "../../../support/hostile-values.ts";

describe("html", () => {
  test("escapeHtml escapes what would end text or an attribute", () => {
    expect(escapeHtml(`<script>alert("1" & '2')</script>`)).toBe(
      "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;",
    );
  });

  test("escapeHtml keeps the two kinds of line ends apart", () => {
    expect(escapeHtml("a\r\nb\rc\n")).toBe("a&#13;&#10;b&#13;c&#10;");
  });

  test("html escapes every value except what html itself has built", () => {
    const inner = html`<b>${"<i>"}</b>`;
    expect(html`<p title="${'"'}">${inner}${[inner, inner]}</p>`.text).toBe(
      '<p title="&quot;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b><b>&lt;i&gt;</b></p>',
    );
  });

  test("html lets no value add a tag, a quote or an entity", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCodePoint }), (value) => {
        expect(escapeHtml(value).replaceAll(/&(?:amp|lt|gt|quot|#\d+);/g, "")).not.toMatch(/[<>"'&\r\n]/);
      }),
    );
  });
});

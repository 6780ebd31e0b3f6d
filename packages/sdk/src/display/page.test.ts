import { expect, it } from "vitest";
import { samplePage } from "../../test/display/samples.ts";
import { page } from "./page.ts";

it("needs no script and nothing from elsewhere, and tells the browser so", () => {
  const html = page(samplePage);
  expect(html).not.toMatch(/<script|<link|<img|@import|url\(/);
  const addresses = new Set(html.match(/https?:[^"'\s]+/g));
  // A name that XML needs, which nothing is loaded from.
  expect([...addresses]).toEqual(["http://www.w3.org/2000/svg"]);
  expect(html).toContain(`content="default-src 'none';`);
});

it("has one first heading, one style, a language and a viewport", () => {
  const html = page({ ...samplePage, language: "nb" });
  expect(html.match(/<h1/g)).toHaveLength(1);
  expect(html.match(/<style>/g)).toHaveLength(1);
  expect(html).toContain('<html lang="nb">');
  expect(html).toContain('name="viewport"');
});

it("escapes every text, and rules cannot leave their element", () => {
  const hostile = "</style><script>alert(1)</script>";
  const sections = [{ title: hostile, paragraphs: [hostile], view: { title: hostile } }];
  const html = page({
    title: hostile,
    subtitle: hostile,
    sections,
    footer: hostile,
    css: hostile,
    language: '"x',
  });
  expect(html.match(/<\/style>/g)).toHaveLength(1);
  expect(html.replace(/<style>[\s\S]*<\/style>/, "")).not.toContain("<script");
});

it("shows that a wide table goes on, and keeps its first column in sight, by rules alone", () => {
  const html = page(samplePage);
  expect(html).toMatch(
    /\.konsil-scroll\{background:linear-gradient\([^}]* local,linear-gradient\([^}]* scroll\}/,
  );
  expect(html).toMatch(/:first-child:not\(\[colspan\]\)\{position:sticky;/);
});

it("folds what a section adds at its end, and escapes the line that unfolds it", () => {
  const html = page({ title: "t", sections: [{ folded: { summary: "<b>", html: "<p>more</p>" } }] });
  expect(html).toContain("<summary>&lt;b&gt;</summary><p>more</p></details></section>");
});

it("is the same text for the same content", () => {
  expect(page(samplePage)).toBe(page(JSON.parse(JSON.stringify(samplePage)) as typeof samplePage));
});

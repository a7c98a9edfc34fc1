/** The indexes of the texts that repeat an earlier one in the list, case-sensitively. */
export function repeatedPlaces(texts: readonly string[]): number[] {
  const seen = new Set<string>();
  return [...texts.entries()].flatMap(([place, text]) => {
    const isRepeated = seen.has(text);
    seen.add(text);
    return isRepeated ? [place] : [];
  });
}

/** A text without the repetitions of a character at its end. In time linear in the text, which `/x+$/` is not. */
export function withoutEnd(text: string, character: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === character) end -= 1;
  return text.slice(0, end);
}

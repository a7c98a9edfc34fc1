/** The places of texts that have stood in a list before. Case counts: fold it first where it does not. */
export function repeatedPlaces(texts: readonly string[]): number[] {
  const seen = new Set<string>();
  return [...texts.entries()].flatMap(([place, text]) => {
    const isRepeated = seen.has(text);
    seen.add(text);
    return isRepeated ? [place] : [];
  });
}

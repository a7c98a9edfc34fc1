const furthestDistance = 2;

/** ` Did you mean "port"?` for the candidate that is most like `text`; empty when none is near. */
export function suggestion(text: string, candidates: readonly string[]): string {
  const near = candidates
    .map((candidate) => ({ candidate, distance: distanceOf(text, candidate) }))
    .filter(({ candidate, distance }) => distance <= furthestDistance || isBeginningOf(text, candidate))
    .toSorted((a, b) => a.distance - b.distance)[0];
  return near === undefined ? "" : ` Did you mean "${near.candidate}"?`;
}

const shortestBeginning = 3;
const isBeginningOf = (text: string, candidate: string): boolean =>
  text.length >= shortestBeginning && candidate.startsWith(text);

/** The Levenshtein distance, letter case aside. */
function distanceOf(from: string, to: string): number {
  const target = to.toLowerCase();
  let previous = Array.from({ length: target.length + 1 }, (_, column) => column);
  for (const [row, letter] of Array.from(from.toLowerCase()).entries()) {
    const current = [row + 1];
    for (let column = 1; column <= target.length; column += 1) {
      const substitution = (previous[column - 1] ?? 0) + (letter === target[column - 1] ? 0 : 1);
      const insertion = (current[column - 1] ?? 0) + 1;
      const deletion = (previous[column] ?? 0) + 1;
      current.push(Math.min(substitution, insertion, deletion));
    }
    previous = current;
  }
  return previous[target.length] ?? 0;
}

/** Whether an action, in lower case, is one of those that a pattern stands for. */
export type ActionPattern = (action: string) => boolean;

/**
 * Compiles a pattern of actions: `*` stands for any characters, slashes included, and may stand anywhere; case does not
 * count (documented). Takes time in proportion to pattern and action, however many stars there are.
 */
export function actionPattern(pattern: string): ActionPattern {
  const [head = "", ...rest] = pattern.toLowerCase().split("*");
  const tail = rest.pop();
  if (tail === undefined) return (action) => action === head;
  if (head === "" && tail === "" && rest.length === 0) return () => true;
  return (action) => {
    if (!action.startsWith(head) || !action.endsWith(tail)) return false;
    const end = action.length - tail.length;
    let at = head.length;
    for (const part of rest) {
      const found = action.indexOf(part, at);
      if (found === -1 || found + part.length > end) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}

/** A body's text without what differs each time. */
export const masked = (text: string): string =>
  text
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "{guid}")
    .replaceAll(/"[0-9a-f]{26}\.xx\./g, '"{label}.xx.');

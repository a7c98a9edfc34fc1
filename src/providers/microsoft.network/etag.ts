import { nameUuid } from "../../kernel/ids.ts";

/** What stands in `etag`, and in the header of the same name: another one after each write of a resource. */
export const etagOf = ({ resourceGuid, version }: { resourceGuid: string; version: number }): string =>
  `W/"${nameUuid(resourceGuid, String(version))}"`;

/** A body that says its etag. */
export type TaggedBody = Readonly<Record<string, unknown>> & { readonly etag: string };

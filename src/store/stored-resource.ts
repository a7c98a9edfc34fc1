import type { JsonObject } from "../kernel/json.ts";

/** A resource as its provider keeps it; `Document` is the provider's own model, not a wire form. */
export interface StoredResource<Document extends object = JsonObject> {
  readonly id: string;
  /** `id` in lower case. */
  readonly key: string;
  /** Namespace and types in lower case. */
  readonly typeKey: string;
  readonly parentKey: string;
  readonly subscriptionKey: string;
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly document: Document;
}

import type { StoredOperation } from "../../../store/operations.ts";
import type { DatabaseDocument } from "./database-document.ts";

type States = Pick<DatabaseDocument, "provisioningState" | "resourceState" | "operationId" | "failure">;

/** A database's states when nothing is going on. */
export const idle: States = {
  provisioningState: "Succeeded",
  resourceState: "Running",
  operationId: undefined,
  failure: undefined,
};

/** A database's states during work, or at its end when there is none to wait for. */
export const waitingFor = (
  operation: StoredOperation | undefined,
  state: "Creating" | "Updating" | "Deleting",
): States =>
  operation === undefined
    ? idle
    : { ...idle, provisioningState: state, resourceState: state, operationId: operation.id };

import { providerResponse } from "../../../arm/arm-response.ts";
import type { ArmResponse } from "../../../arm/arm-response.ts";
import { writeHeaders } from "../../../arm/long-running.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import type { ClusterDocument } from "../clusters/cluster-document.ts";
import { beginWork } from "../cache-type.ts";
import type { ConnectionDocument } from "./connection-document.ts";
import type { ConnectionServices } from "./connection-services.ts";
import type { StoredConnection } from "./connection-store.ts";

/** Begins long-running work on a connection; undefined when it is to be done at once. */
export const beginOnConnection = (
  services: ConnectionServices,
  tx: Transaction,
  { connection, cluster }: { connection: StoredConnection; cluster: StoredResource<ClusterDocument> },
  kind: string,
): Promise<StoredOperation | undefined> => beginWork(services, tx, cluster, { kind, resourceId: connection.id });

/** What a connection reads while its work goes on, and when there is nothing to wait for. */
export const waitingFor = (
  operation: StoredOperation | undefined,
  state: "Updating" | "Deleting",
): Pick<ConnectionDocument, "provisioningState" | "operationId"> =>
  operation === undefined
    ? { provisioningState: "Succeeded", operationId: undefined }
    : { provisioningState: state, operationId: operation.id };

/** The answer to a write of a connection; unlike others of the provider it keeps its charset (recorded 2024). */
export const connectionAnswer = (
  { timing }: ConnectionServices,
  request: ArmRequest,
  answer: { status: number; body?: object; operation: StoredOperation | undefined },
): ArmResponse => {
  const { status, body, operation } = answer;
  return providerResponse(status, body, writeHeaders({ request, timing, operation, namespace: "Microsoft.Cache" }));
};

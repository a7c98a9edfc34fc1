import type { ClusterKind } from "../skus.ts";
export type ProvisioningState = "Succeeded" | "Failed" | "Canceled" | "Creating" | "Updating" | "Deleting";

export type ResourceState =
  | "Running"
  | "Creating"
  | "CreateFailed"
  | "Updating"
  | "UpdateFailed"
  | "Deleting"
  | "DeleteFailed"
  | "Enabling"
  | "EnableFailed"
  | "Disabling"
  | "DisableFailed"
  | "Disabled"
  | "Scaling"
  | "ScalingFailed"
  | "Moving";

/** What is kept of a cluster, of whichever api-version it was written with. */
export interface ClusterDocument {
  readonly name: string;
  /** Region name, e.g. `eastus`. */
  readonly location: string;
  readonly kind: ClusterKind;
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly sku: { readonly name: string; readonly capacity?: number };
  readonly zones: readonly string[] | undefined;
  readonly identity: ClusterIdentity;
  readonly encryption: ClusterEncryption | undefined;
  readonly minimumTlsVersion: string;
  readonly highAvailability: "Enabled" | "Disabled";
  /** null only when written by a version that did not know the property, and not set since. */
  readonly publicNetworkAccess: "Enabled" | "Disabled" | null;
  /** undefined: whenever Azure likes. */
  readonly maintenanceConfiguration: ClusterMaintenance | undefined;
  readonly hostName: string;
  readonly redundancyMode: "None" | "LR" | "ZR";
  readonly provisioningState: ProvisioningState;
  readonly resourceState: ResourceState;
  /** The operation that the states wait for; a later one takes its place. */
  readonly operationId: string | undefined;
}

export interface ClusterIdentity {
  readonly type: "None" | "SystemAssigned" | "UserAssigned" | "SystemAssigned, UserAssigned";
  readonly principalId?: string;
  readonly tenantId?: string;
  readonly userAssignedIdentities?: Readonly<Record<string, { principalId: string; clientId: string }>>;
}

export interface ClusterEncryption {
  readonly customerManagedKeyEncryption?: {
    readonly keyEncryptionKeyIdentity?: {
      readonly userAssignedIdentityResourceId?: string;
      readonly identityType?: string;
    };
    readonly keyEncryptionKeyUrl?: string;
  };
}

export interface ClusterMaintenance {
  readonly maintenanceWindows: readonly MaintenanceWindow[];
}

export interface MaintenanceWindow {
  readonly type: "Weekly";
  /** ISO 8601. */
  readonly duration: string;
  readonly startHourUtc: number;
  readonly schedule?: { readonly dayOfWeek: string };
}

export const clusterTypeKey = "microsoft.cache/redisenterprise";

/** Whether a cluster is in the middle of something and takes no other write. */
export const isBusy = ({ provisioningState }: Pick<ClusterDocument, "provisioningState">): boolean =>
  provisioningState === "Creating" || provisioningState === "Updating" || provisioningState === "Deleting";

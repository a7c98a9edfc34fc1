/** The versions of cloud metadata; each has a shape of its own. */
export const cloudMetadataVersions = ["2015-01-01", "2019-05-01", "2022-09-01"] as const;
type CloudMetadataVersion = (typeof cloudMetadataVersions)[number];

/** Describes this cloud to clients that know only its address: as an old object, an array of clouds, or one cloud. */
export function cloudMetadata(version: CloudMetadataVersion, address: Address): object {
  if (version === "2015-01-01") return azureStackMetadata(address);
  return version === "2019-05-01" ? [cloud(address)] : cloud(address);
}

/** The origin that a client called, and whether tokens for it are accepted. */
interface Address {
  readonly origin: string;
  readonly isOwn: boolean;
}

/**
 * Own origin first: clients ask for tokens for the first audience. It is left out where such a token would not be
 * accepted, such as through a forwarded port that is not configured.
 */
const audiences = ({ origin, isOwn }: Address): string[] => [
  ...(isOwn ? [origin] : []),
  "https://management.azure.com/",
];

const azureStackMetadata = ({ origin, isOwn }: Address): object => ({
  galleryEndpoint: origin,
  graphEndpoint: origin,
  graphAudience: origin,
  portalEndpoint: origin,
  authentication: { loginEndpoint: origin, audiences: audiences({ origin, isOwn }) },
});

/** Terraform mistakes a cloud for Azure Stack, and refuses it, unless tenant and identity provider are exactly these. */
const cloud = ({ origin, isOwn }: Address): object => ({
  name: "Cuprite",
  portal: origin,
  authentication: {
    loginEndpoint: origin,
    audiences: audiences({ origin, isOwn }),
    tenant: "common",
    identityProvider: "AAD",
  },
  resourceManager: origin,
  graph: origin,
  graphAudience: origin,
  microsoftGraphResourceId: origin,
  gallery: origin,
  batch: origin,
  media: origin,
  activeDirectoryDataLake: origin,
  vmImageAliasDoc: origin,
  sqlManagement: origin,
  suffixes,
});

/** Names of this machine only (RFC 6761 §6.3): with Azure's own, clients would send our tokens to Azure. */
const suffixes = {
  storage: "core.localhost",
  storageSyncEndpointSuffix: "afs.localhost",
  keyVaultDns: "vault.localhost",
  mhsmDns: "managedhsm.localhost",
  attestationEndpoint: "attest.localhost",
  sqlServerHostname: "database.localhost",
  mysqlServerEndpoint: "mysql.database.localhost",
  mariadbServerEndpoint: "mariadb.database.localhost",
  postgresqlServerEndpoint: "postgres.database.localhost",
  synapseAnalytics: "dev.azuresynapse.localhost",
  azureDataLakeStoreFileSystem: "azuredatalakestore.localhost",
  azureDataLakeAnalyticsCatalogAndJob: "azuredatalakeanalytics.localhost",
  acrLoginServer: "azurecr.localhost",
  azureFrontDoorEndpointSuffix: "azurefd.localhost",
} as const;

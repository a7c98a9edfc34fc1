#!/usr/bin/env bash
# Makes a cluster and approves the demonstration's connection, with the Azure CLI as it is. CUPRITE_ORIGIN says where;
# trust comes from REQUESTS_CA_BUNDLE. The last word that it prints is the connection's status.
set -euo pipefail

AZURE_CONFIG_DIR=$(mktemp -d) # Never the user's own.
export AZURE_CONFIG_DIR
trap 'rm -rf "$AZURE_CONFIG_DIR"' EXIT
export AZURE_CORE_INSTANCE_DISCOVERY=false AZURE_CORE_COLLECT_TELEMETRY=false AZURE_CORE_ONLY_SHOW_ERRORS=true
export AZURE_CORE_OUTPUT=tsv

subscription=/subscriptions/e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f
connection=$subscription/resourceGroups/rg1/providers/Microsoft.Cache/redisEnterprise/cache1/privateEndpointConnections/pectest01
cluster=(--resource-type Microsoft.Cache/redisEnterprise -g az -n from-az)

az cloud register -n Local --endpoint-resource-manager "$CUPRITE_ORIGIN"
az cloud set -n Local
az login --service-principal -u approver -p any-secret --tenant 11111111-2222-3333-4444-555555555555 --query '[].name'

# Who is whom is asked of Microsoft Graph.
echo "Signed in: $(az ad sp show --id approver --query displayName)"
echo "Assigned: $(az role assignment create --assignee guest@cuprite.local --role Reader --scope "$subscription" --query principalType)"
echo "Resource group: $(az group create -n az -l eastus --query properties.provisioningState)"
echo "Cluster: $(az resource create "${cluster[@]}" --api-version 2025-07-01 --is-full-object --query properties.resourceState --properties \
  '{"location":"eastus","sku":{"name":"Balanced_B1"},"properties":{"publicNetworkAccess":"Enabled"}}')"
echo "Tagged: $(az resource tag "${cluster[@]}" --tags by=az --query tags.by)"
echo "Listed: $(az resource list --query '[].name')"
az resource delete "${cluster[@]}"
az group delete -n az --yes
echo "Connection: $(az rest -m put -u "$connection?api-version=2025-07-01" --query properties.privateLinkServiceConnectionState.status \
  -b '{"properties":{"privateLinkServiceConnectionState":{"status":"Approved","description":"From az"}}}')"

"""Makes a cluster with a database and approves the demonstration's connection, with the Azure SDK for Python as it is.

CUPRITE_ORIGIN says where; trust comes from REQUESTS_CA_BUNDLE, and who it is from what DefaultAzureCredential finds in
the environment. The last word that it prints is the connection's status.
"""

import os

from azure.identity import DefaultAzureCredential
from azure.mgmt.redisenterprise import RedisEnterpriseManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient

ORIGIN = os.environ["CUPRITE_ORIGIN"]
SUBSCRIPTION = "e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f"
GROUP, CLUSTER = "python", "from-python"

place = {"base_url": ORIGIN, "credential_scopes": [f"{ORIGIN}/.default"]}
credential = DefaultAzureCredential()
groups = ResourceManagementClient(credential, SUBSCRIPTION, **place).resource_groups
redis = RedisEnterpriseManagementClient(credential, SUBSCRIPTION, **place)

group = groups.create_or_update(GROUP, {"location": "eastus"})
print("Resource group:", group.properties.provisioning_state)

cluster = redis.redis_enterprise.begin_create(
    GROUP,
    CLUSTER,
    {"location": "eastus", "sku": {"name": "Balanced_B1"}, "properties": {"publicNetworkAccess": "Enabled"}},
).result()
print("Cluster:", cluster.resource_state)

database = redis.databases.begin_create(GROUP, CLUSTER, "default", {"properties": {}}).result()
print("Database:", database.resource_state)
for each in redis.redis_enterprise.list():
    print("Listed:", each.name)

approved = redis.private_endpoint_connections.begin_put(
    "rg1",
    "cache1",
    "pectest01",
    {"properties": {"privateLinkServiceConnectionState": {"status": "Approved", "description": "From Python"}}},
).result()

redis.databases.begin_delete(GROUP, CLUSTER, "default").result()
redis.redis_enterprise.begin_delete(GROUP, CLUSTER).result()
groups.begin_delete(GROUP).result()
print("Connection:", approved.private_link_service_connection_state.status)

#!/usr/bin/env bash
# A private endpoint between two parties, with curl: the owner of a cluster in one subscription, and a consumer with a
# virtual network in another. Prints what each side sees; any surprise ends it with exit code 1.
set -euo pipefail
. "$(dirname "$0")/arm.sh"
. "$(dirname "$0")/views.sh"

owner_scope="/subscriptions/${OWNER_SUBSCRIPTION:-11111111-1111-4111-8111-111111111111}"
consumer_scope="/subscriptions/${CONSUMER_SUBSCRIPTION:-22222222-2222-4222-8222-222222222222}"

# Every tenant has the two test users; `guest` may do nothing until a role is assigned.
sign_in admin owner common
sign_in owner guest aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa
sign_in consumer guest bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb

owner_group="$owner_scope/resourceGroups/two-sides-owner"
consumer_group="$consumer_scope/resourceGroups/two-sides-consumer"
cluster="$owner_group/providers/Microsoft.Cache/redisEnterprise/sessions"
connection="$cluster/privateEndpointConnections/orders"
virtual_network="$consumer_group/providers/Microsoft.Network/virtualNetworks/app"
endpoint="$consumer_group/providers/Microsoft.Network/privateEndpoints/orders"
zone="$consumer_group/providers/Microsoft.Network/privateDnsZones/privatelink.redis.azure.net"
record="$zone/A/sessions.eastus"
host_name=sessions.eastus.redis.azure.net
approval_action=Microsoft.Cache/redisEnterprise/PrivateEndpointConnectionsApproval/action

cache_version=2025-07-01 network_version=2024-05-01 dns_version=2024-06-01
group_version=2024-11-01 authorization_version=2022-04-01

# Role assignments and roles are named by GUIDs: any will do.
authorization=providers/Microsoft.Authorization
ownership="$owner_scope/$authorization/roleAssignments/6f3c0f4e-0d0f-4c54-9d3b-2b8f5a7f0a01"
contribution="$consumer_scope/$authorization/roleAssignments/6f3c0f4e-0d0f-4c54-9d3b-2b8f5a7f0a02"
approval="$cluster/$authorization/roleAssignments/6f3c0f4e-0d0f-4c54-9d3b-2b8f5a7f0a03"
approver_role="$owner_scope/$authorization/roleDefinitions/6f3c0f4e-0d0f-4c54-9d3b-2b8f5a7f0a04"

# Azure's own roles.
owner_role="/$authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
contributor_role="/$authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"

# request_connection LIST [MESSAGE]: the consumer asks for the connection `orders`, or tries to.
request_connection() {
  call consumer PUT "$endpoint" $network_version '{"location":"eastus","properties":{
    "subnet":{"id":"'"$virtual_network"'/subnets/endpoints"},
    "'"$1"'":[{"name":"orders","properties":{"privateLinkServiceId":"'"$cluster"'",
      "groupIds":["redisEnterprise"],"requestMessage":"'"${2:-}"'"}}]}}'
}
manual=manualPrivateLinkServiceConnections automatic=privateLinkServiceConnections

# decide SIDE STATUS DESCRIPTION: writes the connection, or tries to.
decide() {
  call "$1" PUT "$connection" $cache_version \
    '{"properties":{"privateLinkServiceConnectionState":{"status":"'"$2"'","description":"'"$3"'"}}}'
}

join_zone() {
  change consumer PUT "$endpoint/privateDnsZoneGroups/default" $network_version \
    '{"properties":{"privateDnsZoneConfigs":[{"name":"redis","properties":{"privateDnsZoneId":"'"$zone"'"}}]}}'
}

# assign SIDE ASSIGNMENT ROLE OBJECT-ID
assign() {
  change "$1" PUT "$2" $authorization_version \
    '{"properties":{"roleDefinitionId":"'"$3"'","principalId":"'"$4"'","principalType":"User"}}'
}

new_group() {
  call "$1" PUT "$2" $group_version '{"location":"eastus"}'
}

# Takes away whatever this or an earlier walk-through has left.
take_away() {
  delete_if_there "$consumer_group"
  call admin GET "$owner_group" $group_version
  if [ "$status" = 200 ]; then change admin DELETE "$approval" $authorization_version; fi
  delete_if_there "$owner_group"
  change admin POST "$consumer_scope/providers/Microsoft.Cache/register" $group_version
  change admin DELETE "$contribution" $authorization_version
  change admin DELETE "$approver_role" $authorization_version
  change admin DELETE "$ownership" $authorization_version
}

delete_if_there() {
  call admin GET "$1" $group_version
  if [ "$status" = 200 ]; then change admin DELETE "$1" $group_version; fi
}

take_away

step "Each side has rights in its own subscription, and none in the other's"
assign admin "$ownership" "$owner_role" "$owner_object_id"
assign admin "$contribution" "$contributor_role" "$consumer_object_id"
change owner PUT "$owner_group" $group_version '{"location":"eastus"}'
change owner PUT "$cluster" $cache_version \
  '{"location":"eastus","sku":{"name":"Balanced_B5"},"properties":{"publicNetworkAccess":"Disabled"}}'
call owner GET "$cluster" $cache_version
sees owner "cluster sessions" "$(answer it.properties.resourceState)" Running
sees owner "name of the cluster" "$(answer it.properties.hostName)" $host_name
change consumer PUT "$consumer_group" $group_version '{"location":"eastus"}'
change consumer PUT "$virtual_network" $network_version '{"location":"eastus","properties":{
  "addressSpace":{"addressPrefixes":["10.20.0.0/16"]},
  "subnets":[{"name":"endpoints","properties":{"addressPrefix":"10.20.0.0/24"}}]}}'
call consumer GET "$virtual_network" $network_version
sees consumer "virtual network app" "$(answer it.properties.provisioningState)" Succeeded
call consumer GET "$cluster" $cache_version
is_refused consumer "reads the cluster" "403 AuthorizationFailed"
call owner GET "$virtual_network" $network_version
is_refused owner "reads the virtual network" "403 AuthorizationFailed"

step "The consumer may not approve, and so has to ask"
request_connection $automatic
is_refused consumer "wants approval at once" "403 LinkedAuthorizationFailed"
sees consumer lacks "$(answer "/action\(s\) '([^']+)'/.exec(it.error.message)[1]")" $approval_action
request_connection $manual "Orders team, ticket 4711"
is_done consumer
both_see Pending "Orders team, ticket 4711"
consumer_sees_names none
decide consumer Approved "By the consumer"
is_refused consumer "approves the connection" "403 AuthorizationFailed"
both_see Pending "Orders team, ticket 4711"

step "Approving needs Microsoft.Cache in the consumer's subscription"
change consumer POST "$consumer_scope/providers/Microsoft.Cache/unregister" $group_version
sees consumer Microsoft.Cache "$(answer it.registrationState)" Unregistered
decide owner Approved Welcome
is_refused owner "approves the connection" "403 Forbidden"
both_see Pending "Orders team, ticket 4711"
change consumer POST "$consumer_scope/providers/Microsoft.Cache/register" $group_version
sees consumer Microsoft.Cache "$(answer it.registrationState)" Registered

step "The owner approves"
decide owner Approved Welcome
is_done owner
both_see Approved Welcome
consumer_sees_names "$host_name 10.20.0.4"

step "The consumer has the name in a private DNS zone"
change consumer PUT "$zone" $dns_version '{"location":"global"}'
change consumer PUT "$zone/virtualNetworkLinks/app" $dns_version \
  '{"location":"global","properties":{"virtualNetwork":{"id":"'"$virtual_network"'"},"registrationEnabled":false}}'
call consumer GET "$zone/virtualNetworkLinks/app" $dns_version
sees consumer "link of the zone to the network" "$(answer it.properties.virtualNetworkLinkState)" Completed
consumer_sees_no_record
join_zone
call consumer GET "$endpoint/privateDnsZoneGroups/default" $network_version
sees consumer "zone group of the endpoint" "$(answer it.properties.provisioningState)" Succeeded
consumer_sees_record "A 10.20.0.4, ttl 10"

step "The owner rejects"
decide owner Rejected "The contract has ended"
is_done owner
both_see Rejected "The contract has ended"
consumer_sees_names none
consumer_sees_no_record
decide owner Approved "Welcome back"
is_refused owner "approves the connection" "400 BadRequest"
both_see Rejected "The contract has ended"

step "The owner removes the connection, and the consumer the endpoint"
change owner DELETE "$connection" $cache_version
owner_sees_no_connection
consumer_sees Disconnected "The contract has ended"
request_connection $manual "Orders team, ticket 4712"
is_refused consumer "writes the endpoint" "400 PrivateEndpointCannotBeUpdatedInDisconnectedState"
change consumer DELETE "$endpoint" $network_version
nothing_is_left

step "A request by a caller who may approve is approved at once"
change owner PUT "$approver_role" $authorization_version '{"properties":{
  "roleName":"Private endpoint approver","type":"CustomRole","assignableScopes":["'"$owner_scope"'"],
  "permissions":[{"actions":["'"$approval_action"'"],"notActions":[]}]}}'
sees owner "role for the consumer" "$(answer it.properties.roleName)" "Private endpoint approver"
assign owner "$approval" "$approver_role" "$consumer_object_id"
request_connection $automatic
is_done consumer
both_see Approved Auto-approved
consumer_sees_names "$host_name 10.20.0.4"
join_zone
consumer_sees_record "A 10.20.0.4, ttl 10"
change consumer DELETE "$endpoint" $network_version
nothing_is_left
change owner DELETE "$approval" $authorization_version
request_connection $automatic
is_refused consumer "wants approval again" "403 LinkedAuthorizationFailed"

step "All is taken away, the rights too"
take_away
call owner GET "$cluster" $cache_version
is_refused owner "reads the cluster" "404 ResourceGroupNotFound"
new_group owner "$owner_scope/resourceGroups/two-sides-again"
is_refused owner "makes a resource group" "403 AuthorizationFailed"
call consumer GET "$virtual_network" $network_version
is_refused consumer "reads the virtual network" "404 ResourceGroupNotFound"
new_group consumer "$consumer_scope/resourceGroups/two-sides-again"
is_refused consumer "makes a resource group" "403 AuthorizationFailed"

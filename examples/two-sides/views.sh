# What each side sees, printed and compared with what is expected. Read by walk-through.sh.

steps=0

# step TITLE
step() {
  steps=$((steps + 1))
  printf '%s. %s\n' "$steps" "$1"
}

# sees SIDE WHAT SEEN EXPECTED: prints what a side sees, and ends the program when that is a surprise.
sees() {
  printf '   %-9s %-33s %s\n' "$1" "$2" "$3"
  if [ "$3" != "$4" ]; then fail "The $1 was to see '$4' ($2)."; fi
}

# is_refused SIDE WHAT EXPECTED: prints how the last call was refused; expected are status and code.
is_refused() {
  sees "$1" "$2" "$status $(answer 'it.error?.code ?? it.code ?? ""')" "$3"
}

state_text() {
  printf '%-12s %s' "$1" "$2"
}

state_of() {
  answer "(({ status, description }) => status.padEnd(12) + ' ' + description)($1.privateLinkServiceConnectionState)"
}

# both_see STATUS DESCRIPTION: both sides say the same of the connection.
both_see() {
  call owner GET "$connection" $cache_version
  sees owner "connection orders" "$(state_of it.properties)" "$(state_text "$1" "$2")"
  consumer_sees "$1" "$2"
}

# consumer_sees STATUS DESCRIPTION: the endpoint's state.
consumer_sees() {
  local inside='[...it.properties.privateLinkServiceConnections, ...it.properties.manualPrivateLinkServiceConnections][0]'
  call consumer GET "$endpoint" $network_version
  sees consumer "endpoint orders" "$(state_of "$inside.properties")" "$(state_text "$1" "$2")"
}

# The names that the endpoint has addresses for: some while it is approved, none otherwise.
consumer_sees_names() {
  local names='it.properties.customDnsConfigs.map(({ fqdn, ipAddresses }) => [fqdn, ...ipAddresses].join(" "))'
  call consumer GET "$endpoint" $network_version
  sees consumer "names of the endpoint" "$(answer "$names.join(', ') || 'none'")" "$1"
}

# The record in the private DNS zone.
consumer_sees_record() {
  local text='"A " + aRecords.map(({ ipv4Address }) => ipv4Address).join(" ") + ", ttl " + ttl'
  call consumer GET "$record" $dns_version
  sees consumer "record sessions.eastus" "$(answer "(({ aRecords, ttl }) => $text)(it.properties)")" "$1"
}

consumer_sees_no_record() {
  call consumer GET "$record" $dns_version
  is_refused consumer "record sessions.eastus" "404 NotFound"
}

# The owner has no connection any more.
owner_sees_no_connection() {
  call owner GET "$cluster/privateEndpointConnections" $cache_version
  sees owner "connections of the cluster" "$(answer it.value.length)" 0
}

# No endpoint, no interface, no address in use, no record, and no connection.
nothing_is_left() {
  call consumer GET "$endpoint" $network_version
  is_refused consumer "endpoint orders" "404 ResourceNotFound"
  call consumer GET "$consumer_group/providers/Microsoft.Network/networkInterfaces" $network_version
  sees consumer "network interfaces" "$(answer it.value.length)" 0
  call consumer GET "$virtual_network/subnets/endpoints" $network_version
  sees consumer "addresses in use" "$(answer '(it.properties.ipConfigurations ?? []).length')" 0
  consumer_sees_no_record
  owner_sees_no_connection
}

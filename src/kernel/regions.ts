/** Azure's public regions: the name that clients send, and the name in most responses. */
const displayNames: Readonly<Record<string, string>> = {
  australiacentral: "Australia Central",
  australiaeast: "Australia East",
  australiasoutheast: "Australia Southeast",
  austriaeast: "Austria East",
  belgiumcentral: "Belgium Central",
  brazilsouth: "Brazil South",
  canadacentral: "Canada Central",
  canadaeast: "Canada East",
  centralindia: "Central India",
  centralus: "Central US",
  centraluseuap: "Central US EUAP",
  chilecentral: "Chile Central",
  eastasia: "East Asia",
  eastus: "East US",
  eastus2: "East US 2",
  eastus2euap: "East US 2 EUAP",
  francecentral: "France Central",
  germanywestcentral: "Germany West Central",
  indonesiacentral: "Indonesia Central",
  israelcentral: "Israel Central",
  italynorth: "Italy North",
  japaneast: "Japan East",
  japanwest: "Japan West",
  koreacentral: "Korea Central",
  koreasouth: "Korea South",
  malaysiawest: "Malaysia West",
  mexicocentral: "Mexico Central",
  newzealandnorth: "New Zealand North",
  northcentralus: "North Central US",
  northeurope: "North Europe",
  norwayeast: "Norway East",
  polandcentral: "Poland Central",
  qatarcentral: "Qatar Central",
  southafricanorth: "South Africa North",
  southcentralus: "South Central US",
  southeastasia: "Southeast Asia",
  southindia: "South India",
  spaincentral: "Spain Central",
  swedencentral: "Sweden Central",
  switzerlandnorth: "Switzerland North",
  switzerlandwest: "Switzerland West",
  uaenorth: "UAE North",
  uksouth: "UK South",
  ukwest: "UK West",
  westcentralus: "West Central US",
  westeurope: "West Europe",
  westindia: "West India",
  westus: "West US",
  westus2: "West US 2",
  westus3: "West US 3",
};

/** All region names, sorted. */
export const regionNames: readonly string[] = Object.keys(displayNames);

/** All display names, in the order of their region names. */
export const regionDisplayNames: readonly string[] = Object.values(displayNames);

/** A location as clients spell it, without spaces and in lower case ("ignore whitespace and capitalization": ARM RPC). */
export const regionName = (location: string): string => location.replaceAll(/\s/g, "").toLowerCase();

/** `East US` for `eastus`, `East us` and the like; undefined for any other text. */
export const regionDisplayName = (location: string): string | undefined => {
  const name = regionName(location);
  return Object.hasOwn(displayNames, name) ? displayNames[name] : undefined;
};

const regionsWithoutZones: ReadonlySet<string> = new Set([
  "australiacentral",
  "australiasoutheast",
  "canadaeast",
  "centraluseuap",
  "koreasouth",
  "northcentralus",
  "southindia",
  "switzerlandwest",
  "ukwest",
  "westcentralus",
  "westindia",
  "westus",
]);

/** Whether a region, by name, has availability zones (documented; Central US EUAP as recorded): three, where it has any. */
export const hasZones = (region: string): boolean => !regionsWithoutZones.has(region);

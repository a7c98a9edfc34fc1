/** Where a region is, as `locations` tells it. */
export interface Geography {
  readonly geography: string;
  readonly geographyGroup: string;
  /** Region name of the region that it is paired with, where there is one and it is listed. */
  readonly pair?: string;
  /** Absent for `Recommended`. */
  readonly regionCategory?: "Other";
}

const other = { regionCategory: "Other" } as const;
const us = { geography: "United States", geographyGroup: "US" } as const;
const canary = { geography: "Canary (US)", geographyGroup: "US", ...other } as const;
const canada = { geography: "Canada", geographyGroup: "Canada" } as const;
const uk = { geography: "United Kingdom", geographyGroup: "Europe" } as const;
const europe = { geography: "Europe", geographyGroup: "Europe" } as const;
const switzerland = { geography: "Switzerland", geographyGroup: "Europe" } as const;
const asiaPacific = { geography: "Asia Pacific", geographyGroup: "Asia Pacific" } as const;
const australia = { geography: "Australia", geographyGroup: "Asia Pacific" } as const;
const india = { geography: "India", geographyGroup: "Asia Pacific" } as const;
const japan = { geography: "Japan", geographyGroup: "Asia Pacific" } as const;
const korea = { geography: "Korea", geographyGroup: "Asia Pacific" } as const;

/** By region name; pairs as documented. */
export const geographies: Readonly<Record<string, Geography>> = {
  australiacentral: { ...australia, ...other },
  australiaeast: { ...australia, pair: "australiasoutheast" },
  australiasoutheast: { ...australia, ...other, pair: "australiaeast" },
  austriaeast: { geography: "Austria", geographyGroup: "Europe" },
  belgiumcentral: { geography: "Belgium", geographyGroup: "Europe" },
  brazilsouth: { geography: "Brazil", geographyGroup: "South America", pair: "southcentralus" },
  canadacentral: { ...canada, pair: "canadaeast" },
  canadaeast: { ...canada, ...other, pair: "canadacentral" },
  centralindia: { ...india, pair: "southindia" },
  centralus: { ...us, pair: "eastus2" },
  centraluseuap: { ...canary, pair: "eastus2euap" },
  chilecentral: { geography: "Chile", geographyGroup: "South America" },
  eastasia: { ...asiaPacific, pair: "southeastasia" },
  eastus: { ...us, pair: "westus" },
  eastus2: { ...us, pair: "centralus" },
  eastus2euap: { ...canary, pair: "centraluseuap" },
  francecentral: { geography: "France", geographyGroup: "Europe" },
  germanywestcentral: { geography: "Germany", geographyGroup: "Europe" },
  indonesiacentral: { geography: "Indonesia", geographyGroup: "Asia Pacific" },
  israelcentral: { geography: "Israel", geographyGroup: "Middle East" },
  italynorth: { geography: "Italy", geographyGroup: "Europe" },
  japaneast: { ...japan, pair: "japanwest" },
  japanwest: { ...japan, ...other, pair: "japaneast" },
  koreacentral: { ...korea, pair: "koreasouth" },
  koreasouth: { ...korea, ...other, pair: "koreacentral" },
  malaysiawest: { geography: "Malaysia", geographyGroup: "Asia Pacific" },
  mexicocentral: { geography: "Mexico", geographyGroup: "Mexico" },
  newzealandnorth: { geography: "New Zealand", geographyGroup: "Asia Pacific" },
  northcentralus: { ...us, ...other, pair: "southcentralus" },
  northeurope: { ...europe, pair: "westeurope" },
  norwayeast: { geography: "Norway", geographyGroup: "Europe" },
  polandcentral: { geography: "Poland", geographyGroup: "Europe" },
  qatarcentral: { geography: "Qatar", geographyGroup: "Middle East" },
  southafricanorth: { geography: "South Africa", geographyGroup: "Africa" },
  southcentralus: { ...us, pair: "northcentralus" },
  southeastasia: { ...asiaPacific, pair: "eastasia" },
  southindia: { ...india, ...other, pair: "centralindia" },
  spaincentral: { geography: "Spain", geographyGroup: "Europe" },
  swedencentral: { geography: "Sweden", geographyGroup: "Europe" },
  switzerlandnorth: { ...switzerland, pair: "switzerlandwest" },
  switzerlandwest: { ...switzerland, ...other, pair: "switzerlandnorth" },
  uaenorth: { geography: "UAE", geographyGroup: "Middle East" },
  uksouth: { ...uk, pair: "ukwest" },
  ukwest: { ...uk, ...other, pair: "uksouth" },
  westcentralus: { ...us, ...other, pair: "westus2" },
  westeurope: { ...europe, pair: "northeurope" },
  westindia: { ...india, ...other, pair: "southindia" },
  westus: { ...us, ...other, pair: "eastus" },
  westus2: { ...us, pair: "westcentralus" },
  westus3: { ...us, pair: "eastus" },
};

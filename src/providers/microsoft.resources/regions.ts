/** A region, as `locations` describes it. */
interface Region {
  readonly geography: string;
  readonly geographyGroup: string;
  /** The region that it is paired with, where there is one and it is listed. */
  readonly pair?: string;
  /** Absent for `Recommended`. */
  readonly regionCategory?: "Other";
  readonly place: Place;
}

interface Place {
  /** Degrees, as ARM spells them. */
  readonly longitude: string;
  readonly latitude: string;
  /** A city, state or country; absent for regions of Microsoft's own tests. */
  readonly physicalLocation?: string;
}

const at = (longitude: string, latitude: string, physicalLocation?: string): { readonly place: Place } => ({
  place: { longitude, latitude, ...(physicalLocation === undefined ? {} : { physicalLocation }) },
});

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

/**
 * By region name. Pairs are the documented ones. Places are those of public recordings of
 * `GET /subscriptions/{id}/locations` (2021 to 2025), except for austriaeast, belgiumcentral, chilecentral,
 * indonesiacentral and malaysiawest, of which no recording was found: theirs are those of the documented city.
 */
export const regions: Readonly<Record<string, Region>> = {
  australiacentral: { ...australia, ...other, ...at("149.1244", "-35.3075", "Canberra") },
  australiaeast: { ...australia, pair: "australiasoutheast", ...at("151.2094", "-33.86", "New South Wales") },
  australiasoutheast: { ...australia, ...other, pair: "australiaeast", ...at("144.9631", "-37.8136", "Victoria") },
  austriaeast: { geography: "Austria", geographyGroup: "Europe", ...at("16.3738", "48.2082", "Vienna") },
  belgiumcentral: { geography: "Belgium", geographyGroup: "Europe", ...at("4.3517", "50.8503", "Brussels") },
  brazilsouth: {
    geography: "Brazil",
    geographyGroup: "South America",
    pair: "southcentralus",
    ...at("-46.633", "-23.55", "Sao Paulo State"),
  },
  canadacentral: { ...canada, pair: "canadaeast", ...at("-79.383", "43.653", "Toronto") },
  canadaeast: { ...canada, ...other, pair: "canadacentral", ...at("-71.217", "46.817", "Quebec") },
  centralindia: { ...india, pair: "southindia", ...at("73.9197", "18.5822", "Pune") },
  centralus: { ...us, pair: "eastus2", ...at("-93.6208", "41.5908", "Iowa") },
  centraluseuap: { ...canary, pair: "eastus2euap", ...at("-93.6208", "41.5908") },
  chilecentral: { geography: "Chile", geographyGroup: "South America", ...at("-70.6693", "-33.4489", "Santiago") },
  eastasia: { ...asiaPacific, pair: "southeastasia", ...at("114.188", "22.267", "Hong Kong") },
  eastus: { ...us, pair: "westus", ...at("-79.8164", "37.3719", "Virginia") },
  eastus2: { ...us, pair: "centralus", ...at("-78.3889", "36.6681", "Virginia") },
  eastus2euap: { ...canary, pair: "centraluseuap", ...at("-78.3889", "36.6681") },
  francecentral: { geography: "France", geographyGroup: "Europe", ...at("2.373", "46.3772", "Paris") },
  germanywestcentral: { geography: "Germany", geographyGroup: "Europe", ...at("8.682127", "50.110924", "Frankfurt") },
  indonesiacentral: { geography: "Indonesia", geographyGroup: "Asia Pacific", ...at("106.816666", "-6.2", "Jakarta") },
  israelcentral: { geography: "Israel", geographyGroup: "Middle East", ...at("33.4506633", "31.2655698", "Israel") },
  italynorth: { geography: "Italy", geographyGroup: "Europe", ...at("9.18109", "45.46888", "Milan") },
  japaneast: { ...japan, pair: "japanwest", ...at("139.77", "35.68", "Tokyo, Saitama") },
  japanwest: { ...japan, ...other, pair: "japaneast", ...at("135.5022", "34.6939", "Osaka") },
  koreacentral: { ...korea, pair: "koreasouth", ...at("126.978", "37.5665", "Seoul") },
  koreasouth: { ...korea, ...other, pair: "koreacentral", ...at("129.0756", "35.1796", "Busan") },
  malaysiawest: {
    geography: "Malaysia",
    geographyGroup: "Asia Pacific",
    ...at("101.693207", "3.140853", "Kuala Lumpur"),
  },
  mexicocentral: {
    geography: "Mexico",
    geographyGroup: "Mexico",
    ...at("-100.389888", "20.588818", "Querétaro State"),
  },
  newzealandnorth: {
    geography: "New Zealand",
    geographyGroup: "Asia Pacific",
    ...at("174.76349", "-36.84853", "Auckland"),
  },
  northcentralus: { ...us, ...other, pair: "southcentralus", ...at("-87.6278", "41.8819", "Illinois") },
  northeurope: { ...europe, pair: "westeurope", ...at("-6.2597", "53.3478", "Ireland") },
  norwayeast: { geography: "Norway", geographyGroup: "Europe", ...at("10.752245", "59.913868", "Norway") },
  polandcentral: { geography: "Poland", geographyGroup: "Europe", ...at("21.01666", "52.23334", "Warsaw") },
  qatarcentral: { geography: "Qatar", geographyGroup: "Middle East", ...at("51.439327", "25.551462", "Doha") },
  southafricanorth: {
    geography: "South Africa",
    geographyGroup: "Africa",
    ...at("28.21837", "-25.73134", "Johannesburg"),
  },
  southcentralus: { ...us, pair: "northcentralus", ...at("-98.5", "29.4167", "Texas") },
  southeastasia: { ...asiaPacific, pair: "eastasia", ...at("103.833", "1.283", "Singapore") },
  southindia: { ...india, ...other, pair: "centralindia", ...at("80.1636", "12.9822", "Chennai") },
  spaincentral: { geography: "Spain", geographyGroup: "Europe", ...at("3.4209", "40.4259", "Madrid") },
  swedencentral: { geography: "Sweden", geographyGroup: "Europe", ...at("17.14127", "60.67488", "Gävle") },
  switzerlandnorth: { ...switzerland, pair: "switzerlandwest", ...at("8.564572", "47.451542", "Zurich") },
  switzerlandwest: { ...switzerland, ...other, pair: "switzerlandnorth", ...at("6.143158", "46.204391", "Geneva") },
  uaenorth: { geography: "UAE", geographyGroup: "Middle East", ...at("55.316666", "25.266666", "Dubai") },
  uksouth: { ...uk, pair: "ukwest", ...at("-0.799", "50.941", "London") },
  ukwest: { ...uk, ...other, pair: "uksouth", ...at("-3.084", "53.427", "Cardiff") },
  westcentralus: { ...us, ...other, pair: "westus2", ...at("-110.234", "40.89", "Wyoming") },
  westeurope: { ...europe, pair: "northeurope", ...at("4.9", "52.3667", "Netherlands") },
  westindia: { ...india, ...other, pair: "southindia", ...at("72.868", "19.088", "Mumbai") },
  westus: { ...us, ...other, pair: "eastus", ...at("-122.417", "37.783", "California") },
  westus2: { ...us, pair: "westcentralus", ...at("-119.852", "47.233", "Washington") },
  westus3: { ...us, pair: "eastus", ...at("-112.074036", "33.448376", "Phoenix") },
};

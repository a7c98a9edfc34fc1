/** Where a region is, as `locations` tells it: degrees, as ARM spells them. */
export interface Place {
  readonly longitude: string;
  readonly latitude: string;
  /** A city, state or country; absent for regions of Microsoft's own tests. */
  readonly physicalLocation?: string;
}

const place = (longitude: string, latitude: string, physicalLocation?: string): Place => ({
  longitude,
  latitude,
  ...(physicalLocation === undefined ? {} : { physicalLocation }),
});

/**
 * By region name, as public recordings of `GET /subscriptions/{id}/locations` have them (2021 to 2025). No recording was found of the
 * coordinates of austriaeast, belgiumcentral, chilecentral, indonesiacentral and malaysiawest: they are those of the documented city.
 */
export const places: Readonly<Record<string, Place>> = {
  australiacentral: place("149.1244", "-35.3075", "Canberra"),
  australiaeast: place("151.2094", "-33.86", "New South Wales"),
  australiasoutheast: place("144.9631", "-37.8136", "Victoria"),
  austriaeast: place("16.3738", "48.2082", "Vienna"),
  belgiumcentral: place("4.3517", "50.8503", "Brussels"),
  brazilsouth: place("-46.633", "-23.55", "Sao Paulo State"),
  canadacentral: place("-79.383", "43.653", "Toronto"),
  canadaeast: place("-71.217", "46.817", "Quebec"),
  centralindia: place("73.9197", "18.5822", "Pune"),
  centralus: place("-93.6208", "41.5908", "Iowa"),
  centraluseuap: place("-93.6208", "41.5908"),
  chilecentral: place("-70.6693", "-33.4489", "Santiago"),
  eastasia: place("114.188", "22.267", "Hong Kong"),
  eastus: place("-79.8164", "37.3719", "Virginia"),
  eastus2: place("-78.3889", "36.6681", "Virginia"),
  eastus2euap: place("-78.3889", "36.6681"),
  francecentral: place("2.373", "46.3772", "Paris"),
  germanywestcentral: place("8.682127", "50.110924", "Frankfurt"),
  indonesiacentral: place("106.816666", "-6.2", "Jakarta"),
  israelcentral: place("33.4506633", "31.2655698", "Israel"),
  italynorth: place("9.18109", "45.46888", "Milan"),
  japaneast: place("139.77", "35.68", "Tokyo, Saitama"),
  japanwest: place("135.5022", "34.6939", "Osaka"),
  koreacentral: place("126.978", "37.5665", "Seoul"),
  koreasouth: place("129.0756", "35.1796", "Busan"),
  malaysiawest: place("101.693207", "3.140853", "Kuala Lumpur"),
  mexicocentral: place("-100.389888", "20.588818", "Querétaro State"),
  newzealandnorth: place("174.76349", "-36.84853", "Auckland"),
  northcentralus: place("-87.6278", "41.8819", "Illinois"),
  northeurope: place("-6.2597", "53.3478", "Ireland"),
  norwayeast: place("10.752245", "59.913868", "Norway"),
  polandcentral: place("21.01666", "52.23334", "Warsaw"),
  qatarcentral: place("51.439327", "25.551462", "Doha"),
  southafricanorth: place("28.21837", "-25.73134", "Johannesburg"),
  southcentralus: place("-98.5", "29.4167", "Texas"),
  southeastasia: place("103.833", "1.283", "Singapore"),
  southindia: place("80.1636", "12.9822", "Chennai"),
  spaincentral: place("3.4209", "40.4259", "Madrid"),
  swedencentral: place("17.14127", "60.67488", "Gävle"),
  switzerlandnorth: place("8.564572", "47.451542", "Zurich"),
  switzerlandwest: place("6.143158", "46.204391", "Geneva"),
  uaenorth: place("55.316666", "25.266666", "Dubai"),
  uksouth: place("-0.799", "50.941", "London"),
  ukwest: place("-3.084", "53.427", "Cardiff"),
  westcentralus: place("-110.234", "40.89", "Wyoming"),
  westeurope: place("4.9", "52.3667", "Netherlands"),
  westindia: place("72.868", "19.088", "Mumbai"),
  westus: place("-122.417", "37.783", "California"),
  westus2: place("-119.852", "47.233", "Washington"),
  westus3: place("-112.074036", "33.448376", "Phoenix"),
};

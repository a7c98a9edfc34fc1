import { networkResponse } from "../../../arm/arm-response.ts";
import { toPage } from "../../../arm/paging.ts";
import type { ArmOperation } from "../../../arm/resource-type.ts";
import { listChildren } from "../../../store/resources.ts";
import { readAnswer } from "../network-answer.ts";
import { linkBody } from "./dns-bodies.ts";
import { linkTypeKey } from "./dns-documents.ts";
import type { LinkDocument } from "./dns-documents.ts";
import { linkNotFound } from "./dns-errors.ts";
import { readDnsPage } from "./dns-page.ts";
import { zoneAction } from "./dns-services.ts";
import type { DnsServices } from "./dns-services.ts";
import { findLink } from "./dns-store.ts";

const action = `${zoneAction}/virtualNetworkLinks/read`;

/** One link. */
export const getLink = ({ store }: DnsServices): ArmOperation => ({
  action,
  display: { operation: "Get Virtual Network Link", description: "Reads a link to a virtual network." },
  async handle(request) {
    const link = await findLink(store, request.resourceId);
    if (link === undefined) throw linkNotFound(request);
    return readAnswer(linkBody(link, request.apiVersion));
  },
});

/** The links of a zone. */
export const listLinksOfZone = ({ store }: DnsServices): ArmOperation => ({
  action,
  display: { operation: "List Virtual Network Links", description: "Lists the links of a private DNS zone." },
  async handle(request) {
    const page = readDnsPage(request.query);
    const parent = { parentKey: request.resourceId.toLowerCase(), typeKey: linkTypeKey };
    const links = await listChildren<LinkDocument>(store, parent, { ...page, limit: page.limit + 1 });
    const { items, ...next } = toPage(request, page, links);
    return networkResponse(200, { value: items.map((link) => linkBody(link, request.apiVersion)), ...next });
  },
});

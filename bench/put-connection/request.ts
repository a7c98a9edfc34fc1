/** The demonstration's connection. */
export const connectionPath =
  "/subscriptions/e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f/resourceGroups/rg1/providers/Microsoft.Cache" +
  "/redisEnterprise/cache1/privateEndpointConnections/pectest01?api-version=2025-07-01";

/** The body that approves it. */
export const approval = (description: string): string =>
  JSON.stringify({ properties: { privateLinkServiceConnectionState: { status: "Approved", description } } });

/** The whole HTTP/1.1 request that puts `body`. */
export function putRequest({ port, token }: { port: number; token: string }, body: string): Buffer {
  const head = [
    `PUT ${connectionPath} HTTP/1.1`,
    `Host: localhost:${port}`,
    `Authorization: Bearer ${token}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
}

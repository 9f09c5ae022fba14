/** The networks in a text: one a line, or with commas or spaces between. */
export const networksIn = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);

/** How many addresses a network has, 0 where it cannot be read; IPv4 without network and broadcast is the server's to judge. */
export function addressesIn(network: string): number {
  const [, address = "", prefix] = /^([^/]+)(?:\/(\d+))?$/.exec(network) ?? [];
  const bits = address.includes(":") ? 128 : /^\d+(\.\d+){3}$/.test(address) ? 32 : 0;
  const length = prefix === undefined ? bits : Number(prefix);
  return bits && length <= bits ? 2 ** (bits - length) : 0;
}

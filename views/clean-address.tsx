/**
 * Has the script remove a nonce from the address bar and the history; `path` is what stays there.
 */
export function CleanAddress({ path = '/handoff' }: { path?: string }) {
  return <span hidden data-address={path} />
}

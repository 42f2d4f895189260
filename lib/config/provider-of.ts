import type { UpstreamProvider } from './upstream-provider.ts'

/** The configured provider with this id. */
export function providerOf(
  id: string | null,
  { providers }: { providers: UpstreamProvider[] },
): UpstreamProvider | undefined {
  return providers.find((provider) => provider.id === id)
}

import { route } from '#lib/http/route.ts'
import { signOutUpstream } from '#lib/http/sign-out-upstream.ts'

/** Signs this browser out, and leads on to where its person signs out at the provider. */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route({ POST: signOutUpstream })

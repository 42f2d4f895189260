import { decodeJwt } from 'jose'
import NextAuth from 'next-auth'

declare module 'next-auth' {
  interface Session {
    acr?: string
  }
}

export const issuer = `${process.env.BATON_URL}/oidc`

export const { handlers, auth, signIn, signOut } = NextAuth({
  providers: [
    {
      id: 'baton',
      name: 'Baton',
      type: 'oidc',
      issuer,
      checks: ['pkce', 'state', 'nonce'],
      // Baton tells the name at its userinfo endpoint, not in the ID token. Auth.js verifies both.
      idToken: false,
    },
  ],
  callbacks: {
    jwt({ token, account }) {
      if (!account?.id_token) return token
      // Otherwise `sub` is a random id.
      return { ...token, sub: account.providerAccountId, acr: decodeJwt(account.id_token).acr }
    },
    session: ({ session, token }) => ({ ...session, acr: token.acr as string | undefined }),
  },
})

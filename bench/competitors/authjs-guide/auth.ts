import NextAuth from 'next-auth'

// Follows the Auth.js guide "Integrating with third-party backends": the access token goes from the account
// into the encrypted session cookie, and from there into the session.
export const { handlers, auth } = NextAuth({
  trustHost: true,
  providers: [
    {
      id: 'my-provider',
      name: 'My provider',
      type: 'oidc',
      issuer: 'http://127.0.0.1:9',
      clientId: 'bench',
      clientSecret: 'bench',
    },
  ],
  callbacks: {
    jwt({ token, account }) {
      if (account?.provider === 'my-provider') return { ...token, accessToken: account.access_token }
      return token
    },
    session({ session, token }) {
      return Object.assign(session, { accessToken: token.accessToken })
    },
  },
})

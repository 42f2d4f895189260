/** Who is who in the tests, in the names of the recipes. */
export const audience = 'https://orders.example.org'
export const otherAudience = 'https://billing.example.org'
export const app = 'orders-app'
/** An app that does not list the resource server. */
export const strangerApp = 'other-app'
export const resourceServer = { clientId: 'orders-api', clientSecret: 'c0ffee5ecret' }

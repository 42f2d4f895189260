/** The path of the issuer below Baton's origin. */
export const mountPath = '/oidc'

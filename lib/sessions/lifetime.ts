/** Seconds a session lives from its sign-in, however much it is used. */
export const sessionLifetime = 30 * 24 * 3600

/** Seconds for which a request waits for its answer. RFC 8628, section 3.2: `expires_in`. */
export const requestSeconds = 300

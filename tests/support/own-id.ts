/** What an id looks like that Baton gives a request. */
export const ownId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

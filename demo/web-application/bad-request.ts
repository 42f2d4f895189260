/** A request that cannot be served. The message is for the person who sees the page. */
export class BadRequest extends Error {}

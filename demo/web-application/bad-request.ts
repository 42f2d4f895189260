/** What the caller asked for cannot be done; the message is for the person who sees the page. */
export class BadRequest extends Error {}

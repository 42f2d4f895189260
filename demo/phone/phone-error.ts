/** An error that the person at the terminal can fix. The message is for them. */
export class PhoneError extends Error {}

// Without this file the build would find Baton's, some folders up.
export function register(): void {}

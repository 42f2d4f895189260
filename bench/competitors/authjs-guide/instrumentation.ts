// Without one of its own the build would find Baton's, some folders up.
export function register(): void {}

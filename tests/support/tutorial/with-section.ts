/** A configuration file with another value in one of its sections, and values for its variables. */
export function withSection(file: string, section: string, value: string) {
  const text = JSON.stringify({ ...JSON.parse(file), [section]: JSON.parse(value) })
  return { file: text, env: secretsOf(text) }
}

/** A value that is long enough for each variable that a configuration file names. */
export function secretsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => [
      name,
      `a value of ${name} that is long enough`,
    ]),
  )
}

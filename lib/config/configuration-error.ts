/** A configuration that cannot be used; `faults` lists every one of its faults, each a plain sentence. */
export class ConfigurationError extends Error {
  readonly faults: string[]

  constructor(faults: string[]) {
    super(`The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}.`)
    this.name = 'ConfigurationError'
    this.faults = faults
  }
}

/** The values of one measurement, by the keys of the scenario's columns. */
export type Values = Record<string, number>

export type Contender = {
  name: string
  /** Puts load on the contender until it is steady. Not measured. */
  warmUp?(): Promise<void>
  measure(): Promise<Values>
}

export type Sample = { contender: string; round: number; values: Values }

/**
 * Measures all contenders in every round, in reverse order in every second one: a drift of the machine then
 * affects all equally.
 */
export async function interleave(
  contenders: readonly Contender[],
  rounds: number,
  progress: (what: string) => void,
): Promise<Sample[]> {
  for (const contender of contenders) {
    if (!contender.warmUp) continue
    progress(`warming up ${contender.name}`)
    await contender.warmUp()
  }
  const samples: Sample[] = []
  for (let round = 1; round <= rounds; round++) {
    for (const contender of round % 2 === 1 ? contenders : contenders.toReversed()) {
      progress(`round ${round} of ${rounds}: ${contender.name}`)
      samples.push({ contender: contender.name, round, values: await contender.measure() })
    }
  }
  return samples
}

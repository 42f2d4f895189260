/** How long things take, in seconds unless stated otherwise. */
export type Pace = {
  rounds: number
  /** Load before each round that is not measured. */
  settle: number
  measure: number
  /** The minimum load before a server counts as warm. */
  warmUp: number
  warmUpNext: number
  transferMegabytes: number
  streams: number
  events: number
  firstBytes: number
  /** How many times as long a server may take to become steady. */
  patience: number
  /** Warm up each server once, and measure once where no median is needed. */
  quick: boolean
}

export const fullPace: Pace = {
  rounds: 3,
  settle: 1,
  measure: 5,
  warmUp: 4,
  warmUpNext: 15,
  transferMegabytes: 200,
  streams: 1000,
  events: 20,
  firstBytes: 40,
  patience: 3,
  quick: false,
}

/** For a quick look: everything runs and is checked, but the numbers are rough. */
export const quickPace: Pace = {
  rounds: 3,
  settle: 0.1,
  measure: 0.4,
  warmUp: 0.6,
  warmUpNext: 2,
  transferMegabytes: 200,
  streams: 1000,
  events: 4,
  firstBytes: 8,
  patience: 1,
  quick: true,
}

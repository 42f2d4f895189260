/** How long things take; seconds, where nothing else is said. */
export type Pace = {
  rounds: number
  /** Load before each measured round that does not count. */
  settle: number
  measure: number
  /** The least time of load until a server is taken for warm. */
  warmUp: number
  warmUpNext: number
  transferMegabytes: number
  streams: number
  events: number
  firstBytes: number
  /** How many times as long it may take until the server is steady. */
  patience: number
  /** Each server is warmed up once, and what needs no median is measured once. */
  quick: boolean
}

export const fullPace: Pace = {
  rounds: 5,
  settle: 2,
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

/** For a look in passing: everything runs and is checked, and the numbers are rough. */
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

import { percentile } from '../measure/statistics.ts'
import { exponential, type Random, seeded } from './draws.ts'
import { EventQueue } from './event-queue.ts'
import type { Duration, Model, Outcome, Step } from './model.ts'
import { Station } from './station.ts'

type Stations = Record<string, Station>
type Instance = { stations: Stations; runs: Set<Run> }
type Run = { began: number; request: number; step: number; instance: Instance; isLost: boolean }

/** Runs a model from time 0 on. The outcome is the same for the same seed. */
export function simulate(model: Model, duration: Duration, seed = 1): Outcome {
  return new Simulation(model, seed).run(duration)
}

class Simulation {
  readonly #model: Model
  readonly #random: Random
  readonly #events = new EventQueue()
  readonly #shared: Stations
  readonly #instances: Instance[]
  #living: Instance[]
  /** Takes in everybody, which counts them. */
  readonly #all = new Station(Number.POSITIVE_INFINITY)
  #now = 0
  #turn = 0
  #begun = 0
  #ended = 0
  #lost = 0
  #durations: number[] = []

  constructor(model: Model, seed: number) {
    this.#model = model
    this.#random = seeded(seed)
    this.#shared = stationsOf(model.shared)
    this.#instances = Array.from({ length: model.instances }, () => {
      return { stations: stationsOf(model.ofInstance), runs: new Set<Run>() }
    })
    this.#living = this.#instances
  }

  run({ warmUp, until }: Duration): Outcome {
    const { load, deathAt } = this.#model
    if ('callers' in load) for (let caller = 0; caller < load.callers; caller++) this.#begin()
    else this.#arriveEvery(exponential(1000 / load.perSecond))
    if (deathAt !== undefined) this.#events.add(deathAt, () => this.#die())
    this.#events.add(warmUp, () => this.#restart())
    for (let event = this.#events.next(); event && event.at <= until; event = this.#events.next()) {
      this.#now = event.at
      event.act()
    }
    this.#now = until
    const times = this.#durations
    return {
      perSecond: times.length / ((until - warmUp) / 1000),
      mean: times.reduce((sum, time) => sum + time, 0) / times.length,
      p50: percentile(times, 0.5),
      p99: percentile(times, 0.99),
      busy: this.#busy(until - warmUp),
      lost: this.#lost,
      inside: this.#all.busy(until) / (until - warmUp),
      begun: this.#begun,
      ended: this.#ended,
      left: this.#all.taken,
    }
  }

  #after(time: number, act: () => void): void {
    this.#events.add(this.#now + time, act)
  }

  #arriveEvery(gap: (random: Random) => number): void {
    this.#after(gap(this.#random), () => {
      this.#begin()
      this.#arriveEvery(gap)
    })
  }

  #begin(): void {
    this.#begun++
    this.#all.take(this.#now, () =>
      this.#enter({ began: this.#now, request: 0, step: 0, instance: this.#next(), isLost: false }),
    )
  }

  #next(): Instance {
    return this.#living[this.#turn++ % this.#living.length] as Instance
  }

  #enter(run: Run): void {
    run.instance.runs.add(run)
    this.#goOn(run)
  }

  #goOn(run: Run): void {
    if (run.isLost) return
    const step = this.#model.operation[run.request]?.[run.step++]
    if (step) this.#do(step, run)
    else this.#answered(run)
  }

  #do(step: Step, run: Run): void {
    const goOn = () => this.#goOn(run)
    if ('pass' in step) this.#after(step.pass(this.#random), goOn)
    else if ('take' in step) run.instance.stations[step.take]?.take(this.#now, goOn)
    else if ('give' in step) {
      run.instance.stations[step.give]?.give(this.#now)
      goOn()
    } else {
      const station = run.instance.stations[step.use] ?? this.#shared[step.use]
      // What a database has begun for an instance that dies, it does to the end.
      station?.take(this.#now, () =>
        this.#after(step.for(this.#random), () => {
          station.give(this.#now)
          goOn()
        }),
      )
    }
  }

  #answered(run: Run): void {
    run.instance.runs.delete(run)
    run.request++
    run.step = 0
    if (run.request < this.#model.operation.length) {
      run.instance = this.#next()
      this.#enter(run)
      return
    }
    this.#ended++
    this.#durations.push(this.#now - run.began)
    this.#left()
  }

  #left(): void {
    this.#all.give(this.#now)
    if ('callers' in this.#model.load) this.#begin()
  }

  #die(): void {
    const [dead, ...others] = this.#living
    this.#living = others
    for (const run of dead?.runs ?? []) {
      run.isLost = true
      this.#lost++
      this.#left()
    }
  }

  #restart(): void {
    for (const station of [this.#all, ...this.#every()]) station.restart(this.#now)
    this.#durations = []
  }

  *#every(): Generator<Station> {
    yield* Object.values(this.#shared)
    for (const { stations } of this.#instances) yield* Object.values(stations)
  }

  #busy(time: number): Record<string, number> {
    const { shared, ofInstance } = this.#model
    const shareOf = (name: string, servers: number, places: Stations[]) => {
      const taken = places.reduce((sum, stations) => sum + (stations[name]?.busy(this.#now) ?? 0), 0)
      return [name, taken / (places.length * servers * time)] as const
    }
    const places = this.#instances.map(({ stations }) => stations)
    return Object.fromEntries([
      ...Object.entries(shared).map(([name, servers]) => shareOf(name, servers, [this.#shared])),
      ...Object.entries(ofInstance).map(([name, servers]) => shareOf(name, servers, places)),
    ])
  }
}

function stationsOf(servers: Record<string, number>): Stations {
  return Object.fromEntries(Object.entries(servers).map(([name, count]) => [name, new Station(count)]))
}

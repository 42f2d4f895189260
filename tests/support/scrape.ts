/** One line of the text format: a name, its labels and a value. */
type Sample = { name: string; labels: Record<string, string>; value: number }

/** What `/metrics` at this address says. */
export async function scrape(address: string) {
  const response = await fetch(`${address}/metrics`)
  if (!response.ok) throw new Error(`${address}/metrics answers ${response.status}`)
  return samplesOf(await response.text())
}

/** The samples of a text, and what they say. */
export function samplesOf(text: string) {
  const samples = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(sampleOf)
  return {
    text,
    samples,
    /** The sum of the samples of this name with these labels; 0 where there are none. */
    value(name: string, labels: Record<string, string> = {}): number {
      const wanted = samples.filter(
        (sample) =>
          sample.name === name &&
          Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
      )
      return wanted.reduce((sum, sample) => sum + sample.value, 0)
    },
  }
}

function sampleOf(line: string): Sample {
  const [, name = '', labels = '', value = ''] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label, text])
  return { name, labels: Object.fromEntries(pairs), value: Number(value) }
}

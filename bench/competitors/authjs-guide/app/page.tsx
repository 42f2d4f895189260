export const dynamic = 'force-dynamic'

export default function Page() {
  return <p>A page of a Next app that does nothing else.</p>
}
